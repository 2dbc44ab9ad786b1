-- Counts one use of a key within a window of so many seconds, without a limit.
create or replace function count_use(p_key bytea, p_seconds int) returns void
language sql
as $$
  select take_limit(p_key, 2147483647, p_seconds)
$$;
