-- How often a key was used, 0 once its time is over.
create or replace function uses_of(p_key bytea) returns int
language plpgsql
-- For the same reasons as in take_limit: no scan, and by the key alone.
set enable_seqscan = off
as $$
declare
  kept limits;
begin
  select * into kept from limits where key = p_key;
  return case when kept.ends_at > now() then kept.used else 0 end;
end
$$;
