-- People, their flags, and the ledger that proves each flag.

-- The channels as server/channels.ts names them, with the flag that a new profile starts with.
create table channels (
  channel text primary key,
  position int not null unique,
  address_kind text not null,
  default_opted_in boolean not null default false
);

insert into channels (channel, position, address_kind) values
  ('sms', 1, 'phoneNumber'),
  ('whatsApp', 2, 'phoneNumber'),
  ('email', 3, 'email'),
  ('rcs', 4, 'phoneNumber'),
  ('fbMessenger', 5, 'fbMessengerId'),
  ('appMessaging', 6, 'profileId');

create table profiles (
  id text primary key check (
    id ~ '^[A-Za-z0-9._@-]{1,64}$' and id not in ('optin', 'optout', 'import', 'export', 'new', '.', '..')
  ),
  -- Byte by byte, so that one index finds a number and every number that begins so.
  phone_number text collate "C" unique,
  email text,
  fb_messenger_id text unique,
  properties jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- No mail server in use tells Jane@ from jane@: it is one mailbox, so it is one person.
create unique index profiles_email on profiles (lower(email));

-- The consent ledger. It outlives the profile, so it refers to it by id alone. What somebody wrote as a reason may be personal after all:
-- it is erased with the person.
create table events (
  profile_id text not null,
  id bigint generated always as identity,
  channel text not null,
  from_opted_in boolean,
  to_opted_in boolean not null,
  source text not null,
  at timestamptz not null default clock_timestamp(),
  actor jsonb not null,
  reason text,
  primary key (profile_id, id)
);

create function refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'The table % is append-only.', tg_table_name;
end
$$;

create trigger events_are_append_only before delete or truncate on events
for each statement execute function refuse_change();

-- Erasure takes the words in which somebody said why, and nothing else.
create trigger events_never_change before update on events
for each row when (
  new.reason is not null or old.reason is null
  or (new.profile_id, new.id, new.channel, new.from_opted_in, new.to_opted_in, new.source, new.at, new.actor)
    is distinct from (old.profile_id, old.id, old.channel, old.from_opted_in, old.to_opted_in, old.source, old.at, old.actor)
)
execute function refuse_change();

-- The personal part of an event: what erasure may delete.
create table evidence (
  profile_id text not null,
  event_id bigint not null,
  details jsonb not null,
  primary key (profile_id, event_id)
);

-- The fold of a profile's events on a channel: its last event.
create table flags (
  profile_id text not null references profiles on delete cascade,
  channel text not null references channels,
  opted_in boolean not null,
  source text not null,
  since timestamptz not null,
  actor jsonb not null,
  event_id bigint not null,
  primary key (profile_id, channel)
);

-- A profile as the API shows it.
create view shown_profiles as
select p.id, p.phone_number as "phoneNumber", p.email, p.fb_messenger_id as "fbMessengerId", p.properties,
  (select json_object_agg(f.channel, f.opted_in) from flags f where f.profile_id = p.id) as "optIn",
  p.created_at as "createdAt", p.updated_at as "updatedAt"
from profiles p;

-- Opt-outs whose address belongs to no profile just now. They wait for it to come back. One of source 'forgotten' stays while the
-- address comes and goes, until the person opts in again: its flag is out, and set_flag knows whose own act would lift it.
create table kept_opt_outs (
  address_hash bytea not null,
  channel text not null,
  source text not null,
  primary key (address_hash, channel)
);

create function profile_address(profile profiles, kind text) returns text
language sql immutable
as $$
  select case kind
    when 'phoneNumber' then profile.phone_number
    when 'email' then profile.email
    when 'fbMessengerId' then profile.fb_messenger_id
    when 'profileId' then profile.id
  end
$$;

-- A new profile, whatever made it, starts with one flag for each channel and the event that says so:
-- the default, or the opt-out that was kept for its address.
create function start_flags() returns trigger
language plpgsql
as $$
declare
  any_kept boolean := exists (select from kept_opt_outs);
begin
  with beginnings as (
    select p.id as profile_id, p.created_at, c.channel, c.position, c.default_opted_in and k.channel is null as opted_in,
      coalesce(k.source, 'default') as source, k.channel is not null as kept
    from made p
    cross join channels c
    left join kept_opt_outs k on k.channel = c.channel
      and k.address_hash = case when any_kept then address_hash(c.address_kind, profile_address(p, c.address_kind)) end
  ), written as (
    insert into events (profile_id, channel, to_opted_in, source, at, actor, reason)
    select profile_id, channel, opted_in, source, created_at, '{}', case
      when source = 'forgotten' then 'The person behind this address was forgotten.'
      when kept then 'This address had opted out before.'
    end
    from beginnings
    order by profile_id, position
    returning profile_id, channel, to_opted_in, source, at, actor, id
  )
  insert into flags (profile_id, channel, opted_in, source, since, actor, event_id)
  select profile_id, channel, to_opted_in, source, at, actor, id from written;

  if any_kept then
    delete from kept_opt_outs k
    using made p, channels c
    where k.channel = c.channel and k.source <> 'forgotten'
      and k.address_hash = address_hash(c.address_kind, profile_address(p, c.address_kind));
  end if;
  return null;
end
$$;

create trigger profiles_start_flags after insert on profiles
referencing new table as made
for each statement execute function start_flags();

-- The hash of the address that a profile has for a channel, where that address was forgotten there; else null.
create function forgotten_hash(p_profile_id text, p_channel text) returns bytea
language sql stable
as $$
  select k.address_hash
  from profiles p
  join channels c on c.channel = p_channel
  join kept_opt_outs k on k.channel = c.channel and k.source = 'forgotten'
    and k.address_hash = address_hash(c.address_kind, profile_address(p, c.address_kind))
  where p.id = p_profile_id
$$;

-- The one writer of a flag that exists: the flag and its event change together, or not at all.
-- Answers the new event's id, or null where nothing changed: there is no such profile; or the flag is so already, by the same
-- source and actor, and there is no new reason or evidence (a form's evidence differs each time and renews nothing); or a form,
-- an import or the preferences would lift what the carrier stopped; or an import would lift any opt-out but the default; or anything but the person's own message, or a call that
-- proves the person's act, would lift what was stopped when the person was forgotten.
-- p_at is for made-up history alone (server/sample-data.ts): it never goes before what is written, nor into the future.
create function set_flag(
  p_profile_id text, p_channel text, p_opted_in boolean, p_source text, p_actor jsonb, p_reason text, p_evidence jsonb,
  p_at timestamptz default null
) returns bigint
language plpgsql
as $$
declare
  flag flags;
  kept bytea;
  new_event_id bigint;
  new_at timestamptz;
begin
  select * into flag from flags where profile_id = p_profile_id and channel = p_channel for update;
  if not found or (flag.source = 'carrier' and not flag.opted_in and p_source in ('form', 'import', 'preferences'))
    or (p_source = 'import' and p_opted_in and not flag.opted_in and flag.source <> 'default') then
    return null;
  end if;
  if not p_opted_in then
    perform drop_confirmations(p_profile_id, p_channel);
  end if;
  if flag.source = 'forgotten' and not flag.opted_in then
    kept := forgotten_hash(p_profile_id, p_channel);
    if kept is not null then
      if not p_opted_in or not (p_source = 'rule' or (p_source in ('api', 'portal') and coalesce(p_evidence, '{}') <> '{}')) then
        return null;
      end if;
      delete from kept_opt_outs where address_hash = kept and channel = p_channel;
    end if;
  end if;
  if flag.opted_in = p_opted_in and flag.source = p_source and flag.actor = p_actor
    and (p_source = 'form' or not exists (
      select from events e left join evidence d on d.profile_id = e.profile_id and d.event_id = e.id
      where e.profile_id = p_profile_id and e.id = flag.event_id
        and (e.reason is distinct from coalesce(p_reason, e.reason) or d.details is distinct from coalesce(p_evidence, d.details))
    )) then
    return null;
  end if;
  if p_at < flag.since or p_at > clock_timestamp() then
    raise exception 'An event cannot be before the one before it, nor in the future.';
  end if;
  insert into events (profile_id, channel, from_opted_in, to_opted_in, source, at, actor, reason)
  values (p_profile_id, p_channel, flag.opted_in, p_opted_in, p_source, coalesce(p_at, clock_timestamp()), p_actor, p_reason)
  returning id, at into new_event_id, new_at;
  if p_evidence is not null then
    insert into evidence (profile_id, event_id, details) values (p_profile_id, new_event_id, p_evidence);
  end if;
  update flags set opted_in = p_opted_in, source = p_source, since = new_at, actor = p_actor, event_id = new_event_id
  where profile_id = p_profile_id and channel = p_channel;
  return new_event_id;
end
$$;

-- Sets flags of one profile, {"sms": true}, in the order in which everyone takes their locks; answers all its flags,
-- none where there is no such profile. An opt-out leaves the carrier's own as it is, which stops more than any other.
create function set_flags(
  p_profile_id text, p_opt_in jsonb, p_source text, p_actor jsonb, p_reason text, p_evidence jsonb
) returns setof flags
language plpgsql
as $$
begin
  perform set_flag(p_profile_id, wanted.key, wanted.value::boolean, p_source, p_actor, p_reason, p_evidence)
  from (select key, value from jsonb_each_text(p_opt_in) order by key) wanted
  where wanted.value::boolean or not exists (
    select from flags f
    where f.profile_id = p_profile_id and f.channel = wanted.key and not f.opted_in and f.source = 'carrier'
  );
  return query select f.* from flags f where f.profile_id = p_profile_id;
end
$$;

-- Keeps the opt-outs of the addresses of these kinds that a profile is about to give up. What is out by default
-- alone was nobody's wish and is not kept.
create function keep_opt_outs(p_profile_id text, p_kinds jsonb) returns void
language sql
as $$
  insert into kept_opt_outs (address_hash, channel, source)
  select address_hash(c.address_kind, profile_address(p, c.address_kind)), f.channel, f.source
  from profiles p
  join flags f on f.profile_id = p.id and not f.opted_in and f.source <> 'default'
  join channels c on c.channel = f.channel and p_kinds ? c.address_kind
  where p.id = p_profile_id and profile_address(p, c.address_kind) is not null
  on conflict do nothing
$$;

-- Opts a profile out where an address that it has just been given had opted out before.
create function apply_kept_opt_outs(p_profile_id text, p_actor jsonb) returns void
language plpgsql
as $$
begin
  perform set_flag(p_profile_id, kept.channel, false, kept.source, p_actor,
    case kept.source when 'forgotten' then 'The person behind this address was forgotten.' else 'This address had opted out before.' end,
    null)
  from (
    select k.channel, k.source
    from profiles p
    cross join channels c
    join kept_opt_outs k on k.channel = c.channel
      and k.address_hash = address_hash(c.address_kind, profile_address(p, c.address_kind))
    where p.id = p_profile_id
    order by k.channel
  ) kept;
  delete from kept_opt_outs k
  using profiles p, channels c
  where p.id = p_profile_id and k.channel = c.channel and k.source <> 'forgotten'
    and k.address_hash = address_hash(c.address_kind, profile_address(p, c.address_kind));
end
$$;

-- The profile that has an address, or null.
create function profile_with(p_kind text, p_address text) returns text
language plpgsql stable
as $$
declare
  found_id text;
begin
  if p_kind = 'phoneNumber' then
    select id into found_id from profiles where phone_number = p_address;
  elsif p_kind = 'email' then
    select id into found_id from profiles where lower(email) = lower(p_address);
  elsif p_kind = 'fbMessengerId' then
    select id into found_id from profiles where fb_messenger_id = p_address;
  elsif p_kind = 'profileId' then
    select id into found_id from profiles where id = p_address;
  end if;
  return found_id;
end
$$;

-- The profile that has an address; a new one where there is none. Its flag on the channel is locked, and whoever takes an
-- address away locks the flags first: so the address is this profile's until the end of the transaction.
create function find_or_create_profile(p_kind text, p_address text, p_channel text) returns text
language plpgsql
as $$
declare
  found_id text;
begin
  loop
    found_id := profile_with(p_kind, p_address);
    if found_id is not null then
      perform from flags where profile_id = found_id and channel = p_channel for update;
      if found and profile_with(p_kind, p_address) = found_id then
        return found_id;
      end if;
      continue;
    end if;
    insert into profiles (id, phone_number, email, fb_messenger_id)
    values (
      case when p_kind = 'profileId' then p_address else replace(gen_random_uuid()::text, '-', '') end,
      case when p_kind = 'phoneNumber' then p_address end,
      case when p_kind = 'email' then p_address end,
      case when p_kind = 'fbMessengerId' then p_address end
    )
    on conflict do nothing
    returning id into found_id;
    if found_id is not null then
      return found_id;
    end if;
  end loop;
end
$$;
