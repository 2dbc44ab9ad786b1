-- When the person last acted whose wish a flag is: as its event says, else since when it is so; or
-- when they said so again.
create or replace function acted_at(p_profile_id text, p_event_id bigint, p_since timestamptz)
  returns timestamptz
language sql stable
as $$
  select greatest(
    coalesce((select occurred_at from events where profile_id = p_profile_id and id = p_event_id),
      p_since),
    (select said_again_at from asked_flags
      where profile_id = p_profile_id and event_id = p_event_id))
$$;
