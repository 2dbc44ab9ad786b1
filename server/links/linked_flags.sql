drop function if exists linked_flags(text, timestamptz, jsonb, boolean);
drop function if exists linked_flags(jsonb, boolean);

-- The flags that a link shows, in the order of the channels: of its channels (null for all), and
-- for a person's own link those alone for which there is an address. One row without a channel
-- where there are none; no row where the link opens no profile. refusal: why the link cannot turn
-- the flag to its other state.
create or replace function linked_flags(p_link jsonb, p_own boolean)
returns table (
  profile_id text, channel text, address text, opted_in boolean, source text, since timestamptz,
  actor jsonb, event_id bigint, asked boolean, refusal text
)
language sql stable
as $$
  select p.id, shown.channel, shown.address, shown.opted_in, shown.source, shown.since, shown.actor,
    shown.event_id, shown.asked, refusal_to_set(
      p_opted_in => shown.opted_in, p_source => shown.source, p_opted_out_at => null,
      p_wish => not shown.opted_in, p_by => case when p_own then 'preferences' else 'portal' end)
  from profiles p
  left join lateral (
    select f.*, c.position, profile_address(p, c.address_kind) as address
    from flags f join channels c on c.channel = f.channel
    where f.profile_id = p.id and link_allows(p_link, f.channel)
      and (not p_own or profile_address(p, c.address_kind) is not null)
  ) shown on true
  where p.id = linked_profile(p_link)
  order by shown.position
$$;
