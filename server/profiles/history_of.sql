-- The events of a profile, and of those merged into it up to when they were.
create or replace function history_of(p_id text) returns setof events
language sql stable
as $$
  select * from events where profile_id = p_id
  union all
  select e.* from merged_profiles m join events e on e.profile_id = m.id and e.at <= m.merged_at
  where m.profile_id = p_id and m.id <> p_id
$$;
