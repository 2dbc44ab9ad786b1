-- Messages to people, which are also the queue of what is still to be handed to a transport, and broadcasts.

create table broadcasts (
  id text primary key,
  name text not null,
  channel text not null,
  title text,
  body text not null,
  custom_body jsonb,
  audience jsonb not null,
  -- sending, paused, done, cancelled
  status text not null,
  -- messages a second over all servers; null is no limit
  rate int,
  -- when the rate lets the next message go
  next_at timestamptz not null default now(),
  -- set once, with the messages of the audience as it then was
  frozen_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table messages (
  id bigint generated always as identity primary key,
  profile_id text not null,
  -- null where every channel was passed over
  channel text,
  broadcast_id text,
  -- the inbound message that this answers
  reply_to bigint,
  require_opt_in boolean not null,
  -- our own address that it is sent from; null leaves the choice to the transport
  sender text,
  -- null in a broadcast, which has them once for all
  title text,
  body text,
  custom_body jsonb,
  metadata jsonb,
  -- processing, sent, delivered, read, failed, expired, filtered, cancelled
  status text not null,
  -- why it failed or was filtered
  reason text,
  expires_on timestamptz,
  -- each is a claim that was committed before a transport was called
  attempts int not null default 0,
  -- since when an attempt is under way whose outcome is not known yet
  attempt_began_at timestamptz,
  -- when it may be claimed next; only what is processing is ever due
  due_at timestamptz not null default now(),
  -- the transport's own id
  provider_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index messages_due on messages (due_at) where status = 'processing' and broadcast_id is null;
create index messages_broadcast_due on messages (broadcast_id, due_at) where status = 'processing';
create index messages_broadcast_id on messages (broadcast_id, status) where broadcast_id is not null;
create index messages_profile_id on messages (profile_id, id);
create index messages_provider_id on messages (provider_id) where provider_id is not null;
-- One reply at most to an inbound message.
create unique index messages_reply_to on messages (reply_to) where reply_to is not null;

-- The one decision: why a message may not go out to a person on a channel, or null where it may. What asks for no opt-in
-- is stopped only by the lack of an address and by the carrier's own opt-out.
create function why_not(require_opt_in boolean, opted_in boolean, source text, address text) returns text
language sql immutable
as $$
  select case
    when address is null then 'no_address'
    when not opted_in and source = 'carrier' then 'carrier_opted_out'
    when require_opt_in and not opted_in then 'opted_out'
  end
$$;

-- Sends one message: on the first channel of p_rules (a JSON list) on which it may go. Where there is none it is kept as
-- filtered, with the reason of each channel.
create function send_message(
  p_profile_id text, p_rules jsonb, p_require_opt_in boolean, p_title text, p_body text, p_custom_body jsonb,
  p_metadata jsonb, p_expires_on timestamptz,
  out message_id bigint, out chosen text, out reasons jsonb
)
language plpgsql
as $$
begin
  select
    (array_agg(judged.channel order by judged.preference) filter (where judged.reason is null))[1],
    coalesce(jsonb_object_agg(judged.channel, judged.reason) filter (where judged.reason is not null), '{}')
  into chosen, reasons
  from (
    select rule.channel, min(rule.preference) as preference,
      why_not(p_require_opt_in, f.opted_in, f.source, profile_address(p, c.address_kind)) as reason
    from jsonb_array_elements_text(p_rules) with ordinality rule (channel, preference)
    join channels c on c.channel = rule.channel
    join profiles p on p.id = p_profile_id
    join flags f on f.profile_id = p.id and f.channel = rule.channel
    group by rule.channel, p, f.opted_in, f.source, c.address_kind
  ) judged;
  insert into messages (profile_id, channel, require_opt_in, title, body, custom_body, metadata, expires_on, status, reason)
  values (p_profile_id, chosen, p_require_opt_in, p_title, p_body, p_custom_body, p_metadata, p_expires_on,
    case when chosen is null then 'filtered' else 'processing' end,
    case when chosen is null then reasons::text end)
  returning id into message_id;
end
$$;
