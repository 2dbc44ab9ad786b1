-- Whether a person was opted in on a channel before what the flag's last event did.
create or replace function was_in_before(p_profile_id text, p_channel text) returns boolean
language sql stable
as $$
  select coalesce((
    select e.from_opted_in
    from flags f join events e on e.profile_id = f.profile_id and e.id = f.event_id
    where f.profile_id = p_profile_id and f.channel = p_channel
  ), false)
$$;
