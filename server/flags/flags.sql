-- Every flag of everybody: as asked_flags says, else as the defaults said that the profile began
-- with. asked is false where only a default set it; event_id is then the beginning of the profile.
create or replace view flags as
select p.id as profile_id, c.channel,
  coalesce(a.opted_in, (d.opt_in -> c.channel)::boolean, false) as opted_in,
  coalesce(a.source, 'default') as source, coalesce(a.since, p.created_at) as since,
  coalesce(a.actor, '{}') as actor,
  coalesce(a.event_id, (
    select e.id from events e
    where e.profile_id = p.id and e.at >= p.created_at and e.from_opted_in is null
      and (e.channel is null or e.channel = c.channel)
    order by e.id
    limit 1
  )) as event_id,
  coalesce(a.source <> 'default', false) as asked
from profiles p
cross join channels c
left join asked_flags a on a.profile_id = p.id and a.channel = c.channel
left join defaults d on d.number = p.began_with;
