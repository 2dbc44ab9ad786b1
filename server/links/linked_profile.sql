drop function if exists linked_profile(text, timestamptz);

-- The profile that a link, {profileId, madeAt, bornAt}, is for: its own, or the one that it was
-- merged into. Null where there is none, or only another of the same id. bornAt tells them apart,
-- in microseconds; links of version 0.1 have none, and a minute is for clocks that differ.
create or replace function linked_profile(p_link jsonb) returns text
language sql stable
as $$
  with link as (
    select p_link ->> 'profileId' as id, (p_link ->> 'madeAt')::timestamptz as made_at,
      timestamptz 'epoch' + (p_link ->> 'bornAt')::float8 * interval '1 microsecond' as born_at
  )
  select coalesce(
    (
      select p.id from link join profiles p on p.id = link.id
      where case when born_at is null then p.created_at <= made_at + interval '1 minute'
        else p.created_at = born_at end
    ),
    (
      select p.id
      from link
      join merged_profiles m on m.id = link.id
      join profiles p on p.id = m.profile_id
      where made_at <= m.merged_at + interval '1 minute' and p.created_at <= m.merged_at
        -- The id may have been another's by then.
        and not exists (
          select from events e
          where e.profile_id = link.id and e.from_opted_in is null and e.at > born_at
            and e.at <= m.merged_at
        )
    )
  )
$$;
