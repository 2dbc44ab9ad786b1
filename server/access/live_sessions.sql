-- The sessions that still open the portal: used in the last week, at most 30 days old, and not made
-- by a link of a key that was revoked since.
create or replace view live_sessions as
select s.hash, s.id, s.made_under, s.way, s.client, s.user_agent, s.key_id, k.name as key_name,
  s.created_at, least(s.expires_at, s.created_at + interval '30 days') as expires_at
from sessions s
left join keys k on k.id = s.key_id
where s.expires_at > now() and s.created_at > now() - interval '30 days' and k.revoked_at is null;
