-- What the carrier says of the address that a message asked for confirmation.
create or replace function opt_out_at_carrier(p_message_id bigint) returns void
language plpgsql
as $$
declare
  asked record;
  person text;
begin
  select m.channel, c.address_kind, m.address into asked
  from messages m join channels c on c.channel = m.channel
  where m.id = p_message_id and m.address is not null;
  if not found then
    return;
  end if;
  person := profile_with(asked.address_kind, asked.address);
  if person is null then
    insert into kept_opt_outs (address_hash, channel, source)
    values (address_hash(asked.address_kind, asked.address), asked.channel, 'carrier')
    on conflict (address_hash, channel) do update set source = 'carrier'
      where kept_opt_outs.source <> 'forgotten';
  else
    perform set_flag(person, asked.channel, false, 'carrier',
      jsonb_build_object('message', p_message_id::text),
      'The carrier says that this person opted out.', null);
  end if;
end
$$;
