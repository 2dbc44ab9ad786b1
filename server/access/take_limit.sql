-- Counts one use of a key; 0 when it is within the limit, else the seconds until it may be used
-- again. A limit of 0 means none. Past the limit the row is only read, so a flood waits for no
-- lock.
create or replace function take_limit(p_key bytea, p_limit int, p_seconds int) returns int
language plpgsql
-- A plan made while the table was empty, which it is after every quiet hour, would scan it when it
-- is full.
set enable_seqscan = off
as $$
declare
  kept limits;
begin
  if p_limit = 0 then
    return 0;
  end if;
  -- By its key alone: given `ends_at > now()` too, the same plan would walk limits_ends_at.
  select * into kept from limits where key = p_key;
  if kept.used >= p_limit and kept.ends_at > now() then
    return ceil(extract(epoch from kept.ends_at - now()));
  end if;
  insert into limits as l (key, used, ends_at)
  values (p_key, 1, now() + make_interval(secs => p_seconds))
  on conflict (key) do update set
    used = case when l.ends_at <= now() then 1 else l.used + 1 end,
    ends_at = case when l.ends_at <= now() then excluded.ends_at else l.ends_at end
  where l.ends_at <= now() or l.used < p_limit;
  return case when found then 0 else 1 end;
end
$$;
