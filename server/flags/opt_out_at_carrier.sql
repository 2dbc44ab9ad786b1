-- Opts whoever has an address out on a channel because the carrier says so. Where nobody has it,
-- the opt-out is kept for whoever has it next.
create or replace function opt_out_at_carrier(p_channel text, p_address text, p_actor jsonb)
returns void
language plpgsql
as $$
declare
  kind text := (select address_kind from channels where channel = p_channel);
  person text := profile_with(kind, p_address);
begin
  if person is null then
    insert into kept_opt_outs (address_hash, channel, source)
    values (address_hash(kind, p_address), p_channel, 'carrier')
    on conflict (address_hash, channel) do update set source = 'carrier'
      where kept_opt_outs.source <> 'forgotten';
  else
    perform set_flag(person, p_channel, false, 'carrier', p_actor,
      'The carrier says that this person opted out.', null);
  end if;
end
$$;

-- For the address of a confirmation, which may belong to no profile.
create or replace function opt_out_at_carrier(p_message_id bigint) returns void
language sql
as $$
  select opt_out_at_carrier(m.channel, m.address, jsonb_build_object('message', m.id::text))
  from messages m
  where m.id = p_message_id and m.address is not null
$$;
