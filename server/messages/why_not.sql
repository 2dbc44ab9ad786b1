-- The one decision: why a message may not go out to a person on a channel, or null where it may.
-- What asks for no opt-in is stopped only by the lack of an address, the carrier's own opt-out, and
-- where the person was forgotten.
create or replace function why_not(require_opt_in boolean, opted_in boolean, source text,
  address text) returns text
language sql immutable
as $$
  select case
    when address is null then 'no_address'
    when not opted_in and source = 'carrier' then 'carrier_opted_out'
    when not opted_in and source = 'forgotten' then 'forgotten'
    when require_opt_in and not opted_in then 'opted_out'
  end
$$;
