-- Takes one turn of a key: after a pause p_burst of them at once, then one in p_seconds. 0 when it
-- was taken, else the seconds until the next one. Unlike take_limit, nobody waits longer than one
-- turn. Past the last turn the row is only read, so a flood waits for no lock.
create or replace function take_turn(p_key bytea, p_burst int, p_seconds int) returns int
language plpgsql
-- As in take_limit: a plan made while the table was empty would scan it when it is full.
set enable_seqscan = off
as $$
declare
  -- ends_at is when every turn that was taken is over: so far ahead it may lie.
  latest timestamptz := now() + make_interval(secs => p_seconds * (p_burst - 1));
  taken_until timestamptz;
begin
  select ends_at into taken_until from limits where key = p_key;
  if taken_until > latest then
    return ceil(extract(epoch from taken_until - latest));
  end if;
  insert into limits as l (key, used, ends_at)
  values (p_key, 1, now() + make_interval(secs => p_seconds))
  on conflict (key) do update set
    used = l.used + 1,
    ends_at = greatest(l.ends_at, now()) + make_interval(secs => p_seconds)
  where l.ends_at <= latest;
  return case when found then 0 else p_seconds end;
end
$$;
