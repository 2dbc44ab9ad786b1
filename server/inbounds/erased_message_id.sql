-- What is left of a provider's id of a message when its sender is forgotten: it may have the
-- address inside. Version 0.1 kept it without the sender.
create or replace function erased_message_id(p_message_id text) returns text
language sql stable
as $$
  select 'erased:' || encode(address_hash('message', p_message_id), 'hex')
$$;

create or replace function erased_message_id(p_message_id text, p_sender text) returns text
language sql stable
as $$
  select 'erased:' || encode(
    address_hash('message of a sender', lower(p_sender) || chr(10) || p_message_id), 'hex'
  )
$$;
