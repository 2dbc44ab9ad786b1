-- What is left of a provider's id of a message when its sender is forgotten: it may have the
-- address inside.
create or replace function erased_message_id(p_message_id text) returns text
language sql stable
as $$
  select 'erased:' || encode(address_hash('message', p_message_id), 'hex')
$$;
