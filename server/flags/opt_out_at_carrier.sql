-- Opts whoever has an address out on a channel because the carrier says so. Where nobody has it,
-- the opt-out is kept for whoever has it next.
create or replace function opt_out_at_carrier(p_channel text, p_address text, p_actor jsonb)
returns void
language sql
as $$
  select opt_out_holders(jsonb_build_object(p_channel, p_address), 'carrier', p_actor,
    'The carrier says that this person opted out.')
$$;

-- For the address of a confirmation, which may belong to no profile.
create or replace function opt_out_at_carrier(p_message_id bigint) returns void
language sql
as $$
  select opt_out_at_carrier(m.channel, m.address, jsonb_build_object('message', m.id::text))
  from messages m
  where m.id = p_message_id and m.address is not null
$$;
