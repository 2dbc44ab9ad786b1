-- What a signed link opens, and forgetting a person.

-- Where the people went whose profiles were merged away, so that their links still find them and their traces are erased with them.
create table merged_profiles (
  id text primary key,
  profile_id text not null,
  merged_at timestamptz not null default now()
);

create index merged_profiles_profile_id on merged_profiles (profile_id);

-- The profile that a link of p_made_at is for: its own, or the one that it was merged into. Null where there is none, or
-- only a later one of the same id. A minute is for clocks that differ.
create function linked_profile(p_id text, p_made_at timestamptz) returns text
language sql stable
as $$
  select coalesce(
    (select id from profiles where id = p_id and created_at <= p_made_at + interval '1 minute'),
    (
      select p.id from merged_profiles m join profiles p on p.id = m.profile_id
      where m.id = p_id and p_made_at <= m.merged_at + interval '1 minute' and p.created_at <= m.merged_at
    )
  )
$$;

-- The flags that a link shows, in the order of the channels: of p_channels (a JSON list, null for all), and for a person's
-- own link those alone for which there is an address. One row without a channel where there are none; no row where the link
-- opens no profile.
create function linked_flags(p_id text, p_made_at timestamptz, p_channels jsonb, p_own boolean)
returns table (
  profile_id text, channel text, address text, opted_in boolean, source text, since timestamptz, actor jsonb, event_id bigint
)
language sql stable
as $$
  select p.id, shown.channel, shown.address, shown.opted_in, shown.source, shown.since, shown.actor, shown.event_id
  from profiles p
  left join lateral (
    select f.*, c.position, profile_address(p, c.address_kind) as address
    from flags f join channels c on c.channel = f.channel
    where f.profile_id = p.id and (p_channels is null or p_channels ? f.channel)
      and (not p_own or profile_address(p, c.address_kind) is not null)
  ) shown on true
  where p.id = linked_profile(p_id, p_made_at)
  order by shown.position
$$;

-- Sets those of p_opt_in, {"sms": true}, that the link shows, and answers linked_flags(). The flags are held first: their
-- addresses stay as they are. An opt-out of what is not shown is left alone; with an opt-in there, nothing is set. wait: seconds,
-- where a person's flags were changed more than p_limit times within a minute, and nothing was set.
create function set_linked_flags(
  p_id text, p_made_at timestamptz, p_channels jsonb, p_own boolean, p_opt_in jsonb, p_source text, p_actor jsonb, p_reason text,
  p_limit int
)
returns table (
  wait int, profile_id text, channel text, address text, opted_in boolean, source text, since timestamptz, actor jsonb, event_id bigint
)
language plpgsql
as $$
declare
  person text := linked_profile(p_id, p_made_at);
  left_to_wait int;
begin
  if person is null then
    return;
  end if;
  left_to_wait := take_limit(address_hash('flags by link', person), p_limit, 60);
  if left_to_wait > 0 then
    return query select left_to_wait, person, null::text, null::text, null::boolean, null::text, null::timestamptz, null::jsonb, null::bigint;
    return;
  end if;
  perform from flags f where f.profile_id = person and p_opt_in ? f.channel order by f.channel for update;
  if not exists (
    select from jsonb_each_text(p_opt_in) wanted
    where wanted.value::boolean
      and wanted.key not in (select l.channel from linked_flags(p_id, p_made_at, p_channels, p_own) l where l.channel is not null)
  ) then
    perform set_flags(person, (
      select coalesce(jsonb_object_agg(wanted.key, wanted.value), '{}')
      from jsonb_each(p_opt_in) wanted
      join linked_flags(p_id, p_made_at, p_channels, p_own) shown on shown.channel = wanted.key
    ), p_source, p_actor, p_reason, null);
  end if;
  return query select 0, l.* from linked_flags(p_id, p_made_at, p_channels, p_own) l;
end
$$;

-- What one person submitted, for the person's own copy.
create index submissions_profile_id on submissions (profile_id, id);

-- The events of a profile, and of those merged into it up to when they were.
create function history_of(p_id text) returns setof events
language sql stable
as $$
  select * from events where profile_id = p_id
  union all
  select e.* from merged_profiles m join events e on e.profile_id = m.id and e.at <= m.merged_at
  where m.profile_id = p_id and m.id <> p_id
$$;

-- Erases what is personal of a profile and of those merged into it, and the profile itself; its bare events stay. Its addresses
-- stay opted out on every channel, as hashes, until the person opts in again (set_flag). What waits to be sent to it is cancelled;
-- whoever is just being called is waited for. Works after a plain delete, too, on what that left. False where there is nothing.
create function forget_profile(p_id text, p_source text, p_actor jsonb) returns boolean
language plpgsql
as $$
declare
  known profiles;
  addresses jsonb;
begin
  select * into known from profiles where id = p_id for update;
  if known.id is null and not exists (select from evidence where profile_id = p_id)
    and not exists (select from messages where profile_id = p_id and body is not null)
    and not exists (select from inbounds where profile_id = p_id and sender <> '') then
    return false;
  end if;
  perform from flags where profile_id = p_id order by channel for update;
  addresses := to_jsonb(array_remove(array[known.phone_number, lower(known.email), known.fb_messenger_id], null));

  delete from evidence d using history_of(p_id) h where d.profile_id = h.profile_id and d.event_id = h.id;
  update events e set reason = null from history_of(p_id) h
  where e.profile_id = h.profile_id and e.id = h.id and e.reason is not null;
  perform set_flag(p_id, f.channel, false, p_source, p_actor, 'The person was forgotten.', null)
  from (select channel from flags where profile_id = p_id order by channel) f;
  insert into kept_opt_outs (address_hash, channel, source)
  select address_hash(c.address_kind, profile_address(known, c.address_kind)), c.channel, 'forgotten'
  from channels c
  where profile_address(known, c.address_kind) is not null
  order by c.channel
  on conflict (address_hash, channel) do update set source = 'forgotten';

  update messages set title = null, body = null, custom_body = null, metadata = null, address = null, provider_id = null,
    status = case status when 'processing' then 'cancelled' else status end,
    reason = case
      when status = 'processing' then 'forgotten'
      when status = 'failed' and reason <> 'unknown' then null
      else reason
    end,
    updated_at = now()
  where profile_id = p_id;
  update inbounds set sender = '', body = '', message_id = erased_message_id(message_id)
  where profile_id = p_id or addresses ? sender or addresses ? lower(sender);
  -- People may have been looked for by a property that is an address.
  update broadcasts set audience = audience || '{"equals": ""}' where addresses ? lower(audience ->> 'equals');
  -- The key is still taken: the same call again must not make the person anew.
  update idempotency_keys set request_hash = '', status = 410, body = erased_answer()
  where position(format('"id":"%s"', p_id) in body) > 0
    or exists (select from jsonb_array_elements(addresses) address where position(lower(btrim(address::text, '"')) in lower(body)) > 0);

  delete from merged_profiles where profile_id = p_id;
  delete from profiles where id = p_id;
  return true;
end
$$;

-- What a call with an Idempotency-Key is answered when its first answer was erased with a person.
create function erased_answer() returns text
language sql immutable
as $$
  select '{"type":"about:blank","title":"Gone","status":410,"detail":"What this call made was erased.","code":"gone"}'
$$;
