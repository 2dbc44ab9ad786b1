-- Messages to people, which are also the queue of what is still to be handed to a transport.

create table messages (
  id bigint generated always as identity primary key,
  profile_id text not null,
  -- null where every channel was passed over
  channel text references channels,
  broadcast_id text,
  -- the inbound message that this answers; one reply at most to each
  reply_to bigint unique,
  require_opt_in boolean not null,
  -- our own address that it is sent from; null leaves the choice to the transport
  sender text,
  title text,
  body text,
  custom_body jsonb,
  metadata jsonb,
  -- processing, sent, delivered, read, failed, expired, filtered, cancelled
  status text not null,
  -- why it failed or was filtered
  reason text,
  expires_on timestamptz,
  attempts int not null default 0,
  -- when it may be claimed next; only what is processing is ever due
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index messages_due_at on messages (due_at) where status = 'processing';
create index messages_profile_id on messages (profile_id, id);
