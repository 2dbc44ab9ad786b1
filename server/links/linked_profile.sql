-- The profile that a link of p_made_at is for: its own, or the one that it was merged into. Null
-- where there is none, or only a later one of the same id. A minute is for clocks that differ.
create or replace function linked_profile(p_id text, p_made_at timestamptz) returns text
language sql stable
as $$
  select coalesce(
    (select id from profiles where id = p_id and created_at <= p_made_at + interval '1 minute'),
    (
      select p.id from merged_profiles m join profiles p on p.id = m.profile_id
      where m.id = p_id and p_made_at <= m.merged_at + interval '1 minute'
        and p.created_at <= m.merged_at
    )
  )
$$;
