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
