-- Events by what they did to the flag: in, out, or begun; a renewal is neither.
create or replace view counted_events as
select id, profile_id, at, channel, source,
  (to_opted_in and from_opted_in is distinct from true)::int as opt_in,
  (from_opted_in is true and not to_opted_in)::int as opt_out,
  (from_opted_in is null)::int as begun
from events;
