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
  -- how many messages that made
  total int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table messages (
  id bigint generated always as identity primary key,
  -- null where it asks for confirmation at an address that may be nobody's yet
  profile_id text,
  -- that address, and the pending submission's number; neither is kept longer than that
  address text,
  confirmation_id bigint,
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
  -- those of them that were made and failed
  failures int not null default 0,
  -- since when an attempt is under way whose outcome is not known yet
  attempt_began_at timestamptz,
  -- when it may be claimed next; only what is processing is ever due
  due_at timestamptz not null default now(),
  -- the transport's own id
  provider_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index messages_due on messages (channel, due_at) where status = 'processing' and broadcast_id is null;
create index messages_broadcast_due on messages (broadcast_id, due_at) where status = 'processing';
create index messages_broadcast_id on messages (broadcast_id, status) where broadcast_id is not null;
create index messages_profile_id on messages (profile_id, id);
create index messages_confirmation_id on messages (confirmation_id) where confirmation_id is not null;
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
    when not opted_in and source = 'forgotten' then 'forgotten'
    when require_opt_in and not opted_in then 'opted_out'
  end
$$;

-- The profiles that have what is named, null where none has.
create function named_holders(p_profile_id text, p_phone_number text, p_email text) returns text[]
language sql stable
as $$
  select array_agg(distinct named.holder)
  from (
    values ((select id from profiles where id = p_profile_id)),
      ((select id from profiles where phone_number = p_phone_number)),
      ((select id from profiles where lower(email) = lower(p_email)))
  ) named (holder)
  where named.holder is not null
$$;

-- The profile that a message is for: the one that has what is named, or a new one. What is named and not yet known is added
-- to it. p_* that are null are not named. conflict is 'two_profiles' where what is named belongs to several, or where the
-- profile has another address of the same kind.
create function find_or_create_recipient(
  p_profile_id text, p_phone_number text, p_email text, p_actor jsonb, out recipient text, out conflict text
)
language plpgsql
as $$
declare
  holders text[];
  known profiles;
begin
  loop
    holders := named_holders(p_profile_id, p_phone_number, p_email);
    if cardinality(holders) > 1 or (holders is not null and p_profile_id <> holders[1]) then
      conflict := 'two_profiles';
      return;
    end if;
    if holders is not null then
      -- Who takes an address away waits for this, or is waited for. Who may add one takes the stronger lock at once: two that
      -- both had the weaker one would wait for each other.
      if num_nonnulls(p_profile_id, p_phone_number, p_email) = 1 then
        perform from profiles where id = holders[1] for key share;
      else
        perform from profiles where id = holders[1] for update;
      end if;
      exit when named_holders(p_profile_id, p_phone_number, p_email) = holders;
      continue;
    end if;
    insert into profiles (id, phone_number, email)
    values (coalesce(p_profile_id, replace(gen_random_uuid()::text, '-', '')), p_phone_number, p_email)
    on conflict do nothing
    returning id into recipient;
    if found then
      return;
    end if;
  end loop;

  recipient := holders[1];
  if num_nonnulls(p_profile_id, p_phone_number, p_email) = 1 then
    return;
  end if;
  select * into known from profiles where id = recipient;
  if p_phone_number <> known.phone_number or lower(p_email) <> lower(known.email) then
    recipient := null;
    conflict := 'two_profiles';
  elsif (known.phone_number is null and p_phone_number is not null) or (known.email is null and p_email is not null) then
    update profiles set phone_number = coalesce(known.phone_number, p_phone_number), email = coalesce(known.email, p_email),
      updated_at = now()
    where id = recipient;
    perform apply_kept_opt_outs(recipient, p_actor);
  end if;
end
$$;

-- Sends one message: on the first channel of p_rules (a JSON list) on which it may go. Where there is none it is kept as
-- filtered, with the reason of each channel. Without a profile there is nothing to do.
create function send_message(
  p_profile_id text, p_rules jsonb, p_require_opt_in boolean, p_title text, p_body text, p_custom_body jsonb,
  p_metadata jsonb, p_expires_on timestamptz,
  out message_id bigint, out chosen text, out reasons jsonb
)
language plpgsql
as $$
begin
  if p_profile_id is null then
    return;
  end if;
  select
    (array_agg(judged.channel order by judged.preference) filter (where judged.reason is null))[1],
    coalesce(jsonb_object_agg(judged.channel, judged.reason) filter (where judged.reason is not null), '{}')
  into chosen, reasons
  from (
    select rule.channel, rule.preference,
      why_not(p_require_opt_in, f.opted_in, f.source, profile_address(p, c.address_kind)) as reason
    from jsonb_array_elements_text(p_rules) with ordinality rule (channel, preference)
    join channels c on c.channel = rule.channel
    join profiles p on p.id = p_profile_id
    join flags f on f.profile_id = p.id and f.channel = rule.channel
  ) judged;
  insert into messages (profile_id, channel, require_opt_in, title, body, custom_body, metadata, expires_on, status, reason)
  values (p_profile_id, chosen, p_require_opt_in, p_title, p_body, p_custom_body, p_metadata, p_expires_on,
    case when chosen is null then 'filtered' else 'processing' end,
    case when chosen is null then reasons::text end)
  returning id into message_id;
end
$$;

-- Up to p_limit due messages of these channels (a JSON list), locked until the end of the transaction, that nobody else has.
create function take_due_messages(p_channels jsonb, p_limit int) returns bigint[]
language plpgsql
as $$
declare
  single bigint[];
  taken bigint[];
  campaign broadcasts;
  allowed int;
begin
  -- Whatever their channel, so that many on one keep none back on another.
  select array_agg(due.id order by due.due_at) into single
  from jsonb_array_elements_text(p_channels) wanted (channel)
  cross join lateral (
    select m.id, m.due_at from messages m
    where m.status = 'processing' and m.broadcast_id is null and m.channel = wanted.channel and m.due_at <= now()
    order by m.due_at
    limit p_limit
    for update skip locked
  ) due;
  single := coalesce(single[1:p_limit], '{}');

  for campaign in
    select b.* from broadcasts b where b.status = 'sending' and p_channels ? b.channel order by random()
  loop
    allowed := p_limit - cardinality(single);
    exit when allowed <= 0;
    if campaign.rate is not null then
      select b.* into campaign from broadcasts b where b.id = campaign.id and b.status = 'sending' for update skip locked;
      continue when not found;
      campaign.next_at := greatest(campaign.next_at, now() - interval '1 second');
      allowed := least(allowed, floor(extract(epoch from now() - campaign.next_at) * campaign.rate));
      continue when allowed < 1;
    end if;
    select array_agg(due.id) into taken
    from (
      select m.id from messages m
      where m.status = 'processing' and m.broadcast_id = campaign.id and m.due_at <= now()
      order by m.due_at
      limit allowed
      for update skip locked
    ) due;
    if taken is null then
      update broadcasts b set status = 'done', updated_at = now()
      where b.id = campaign.id and b.status = 'sending'
        and not exists (select from messages m where m.broadcast_id = campaign.id and m.status = 'processing');
      continue;
    end if;
    if campaign.rate is not null then
      update broadcasts b set next_at = campaign.next_at + make_interval(secs => cardinality(taken)::float8 / campaign.rate)
      where b.id = campaign.id;
    end if;
    single := single || taken;
  end loop;

  return single;
end
$$;

-- Takes due messages for one attempt each, which the commit makes known to all. For p_lease seconds they are nobody else's.
-- What has expired ends here, and so does what a crash left behind in the middle of an attempt, where it is too late for a
-- second one or the transport could not tell it from the first.
create function claim_messages(p_channels jsonb, p_limit int, p_lease int, p_repeatable boolean)
returns table (id bigint, attempts int)
language plpgsql
as $$
declare
  due bigint[] := take_due_messages(p_channels, p_limit);
begin
  return query
  with claimed as (
    update messages m set
      status = case
        when m.attempt_began_at is not null and (m.expires_on <= now() or not p_repeatable) then 'failed'
        when m.expires_on <= now() then 'expired'
        else 'processing'
      end,
      reason = case when m.attempt_began_at is not null and (m.expires_on <= now() or not p_repeatable) then 'unknown' end,
      attempts = m.attempts + 1,
      attempt_began_at = now(),
      due_at = now() + make_interval(secs => p_lease),
      updated_at = now()
    where m.id = any (due)
    returning m.id, m.attempts, m.status
  )
  select claimed.id, claimed.attempts from claimed where claimed.status = 'processing';
end
$$;

-- Hands due messages over to the outbox, which is these rows themselves: they are taken, asked about and marked in one transaction
-- that holds the flags which let them go. Whoever opts out waits for its end, and is acknowledged after. Answers how many
-- were taken, and those that are sent and have fields to be filled in before that end: a JSON list, or null.
create function hand_to_outbox(p_channels jsonb, p_limit int, out taken int, out unfilled jsonb)
language plpgsql
as $$
declare
  due bigint[] := take_due_messages(p_channels, p_limit);
  held bigint[];
  handled int;
begin
  taken := cardinality(due);
  if taken = 0 then
    return;
  end if;
  select array_agg(m.id) into held
  from messages m
  left join broadcasts b on b.id = m.broadcast_id
  left join lateral (
    select true as locked from flags f where f.profile_id = m.profile_id and f.channel = m.channel for share skip locked
  ) flag on true
  where m.id = any (due) and coalesce(b.status, 'sending') = 'sending'
    -- What asks for confirmation may be for nobody yet, and holds nothing.
    and (flag.locked or m.confirmation_id is not null);

  -- A statement of its own sees all that was committed before the locks were given, such as another address.
  with marked as (
    update messages m set
      (status, reason) = (
        select
          case verdict when 'may go' then 'sent' when 'expired' then 'expired' when 'unknown' then 'failed' else 'filtered' end,
          case when verdict not in ('may go', 'expired') then verdict end
        from (select case
          when m.expires_on <= now() and m.attempt_began_at is null then 'expired'
          when m.expires_on <= now() then 'unknown'
          when m.confirmation_id is not null then coalesce(why_no_confirmation(m.channel, m.address), 'may go')
          else (
            select coalesce(why_not(m.require_opt_in, f.opted_in, f.source, profile_address(p, c.address_kind)), 'may go')
            from profiles p, flags f, channels c
            where p.id = m.profile_id and f.profile_id = m.profile_id and f.channel = m.channel and c.channel = m.channel
          )
        end) asked (verdict)
      ),
      attempts = m.attempts + 1, attempt_began_at = null, updated_at = now()
    where m.id = any (held)
    returning m.id, m.profile_id, m.channel, m.status,
      coalesce(m.title, (select b.title from broadcasts b where b.id = m.broadcast_id)) as title,
      coalesce(m.body, (select b.body from broadcasts b where b.id = m.broadcast_id)) as body
  )
  select count(*), jsonb_agg(jsonb_build_object(
      'id', marked.id::text, 'profileId', marked.profile_id, 'channel', marked.channel, 'title', marked.title,
      'body', marked.body, 'properties', (select p.properties from profiles p where p.id = marked.profile_id)
    )) filter (where marked.status = 'sent' and marked.profile_id is not null
      and (marked.body like '%{{%' or marked.title like '%{{%'))
  into handled, unfilled
  from marked;

  if handled < taken then
    -- Who was deleted while their broadcast was made has no flag that could be held.
    update messages m set status = 'filtered', reason = 'no_address', updated_at = now()
    where m.id = any (due) and m.status = 'processing' and m.confirmation_id is null
      and not exists (select from profiles p where p.id = m.profile_id);
    -- A flag is just being changed, or a broadcast was paused.
    update messages m set due_at = now() + interval '1 second' where m.id = any (due) and m.status = 'processing';
  end if;
  -- A server that hangs before the end gives everything back.
  perform set_config('idle_in_transaction_session_timeout', '5s', true);
end
$$;
