-- The key of the limit within which an address is sent one confirmation: a phone number has one,
-- whichever of its three channels a form asks for.
create or replace function cool_down_key(p_kind text, p_address text) returns bytea
language sql stable
as $$
  select address_hash('confirmation', p_kind || ':' || limited_address(p_kind, p_address))
$$;
