-- Double opt-in: submissions that wait for the person's own confirmation.

-- A pending submission. Its address is kept no longer than it waits; the secret that was sent there, a link's token or a
-- code, is kept as a keyed hash alone. Forms that are used while one confirmation is under way share its secret.
create table confirmations (
  id bigint generated always as identity primary key,
  channel text not null references channels,
  address_hash bytea not null,
  address text not null,
  form_id text not null,
  wording int not null,
  secret_hash bytea not null,
  -- wrong codes so far
  attempts int not null default 0,
  -- of the submission
  evidence jsonb not null,
  submitted_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  unique (secret_hash, form_id)
);

create index confirmations_address on confirmations (address_hash, channel);
create index confirmations_expires_at on confirmations (expires_at);

-- Why an address may not even be asked for confirmation on a channel, or null where it may: its carrier opted it out, or it
-- was erased on the person's own wish.
create function why_no_confirmation(p_channel text, p_address text) returns text
language sql stable
as $$
  select case
    when p_address is null then 'no_address'
    when stopped.source is not null then 'carrier_opted_out'
  end
  from channels c
  left join lateral (
    select f.source from flags f
    where f.profile_id = profile_with(c.address_kind, p_address) and f.channel = c.channel
      and not f.opted_in and f.source = 'carrier'
    union all
    select k.source from kept_opt_outs k
    where k.address_hash = address_hash(c.address_kind, p_address) and k.channel = c.channel and k.source = 'carrier'
    limit 1
  ) stopped on true
  where c.channel = p_channel
$$;

-- What the carrier says of the address that a message asked for confirmation.
create function opt_out_at_carrier(p_message_id bigint) returns void
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
    on conflict (address_hash, channel) do update set source = 'carrier';
  else
    perform set_flag(person, asked.channel, false, 'carrier', jsonb_build_object('message', p_message_id::text),
      'The carrier says that this person opted out.', null);
  end if;
end
$$;
