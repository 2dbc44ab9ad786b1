-- Whether a person was opted in on a channel before what the flag's last event did.
create or replace function was_in_before(p_profile_id text, p_channel text) returns boolean
language sql stable
as $$
  select coalesce((
    select e.from_opted_in
    from profiles p
    join asked_flags f on f.profile_id = p.id and f.channel = p_channel
    -- Who began opted out was in by default at most.
    join events e on e.profile_id = f.profile_id and e.id = f.event_id and e.at > p.created_at
    where p.id = p_profile_id
  ), false)
$$;
