-- Events by what they did to the flag: in, out, or begun; a renewal is neither. The beginning of a
-- profile has no channel: began_with says what it began as on each.
create or replace view counted_events as
select id, profile_id, at, channel, source,
  (to_opted_in and from_opted_in is distinct from true)::int as opt_in,
  (from_opted_in is true and not to_opted_in)::int as opt_out,
  (from_opted_in is null)::int as begun,
  began_with
from events;
