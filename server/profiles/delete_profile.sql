-- Deletes a profile and its flags, which are taken off the counts by ended_flags. The caller has
-- locked it, and keeps its opt-outs. Its events stay.
create or replace function delete_profile(p_id text) returns void
language sql
as $$
  insert into ended_flags (channel, flags, opted_in)
  select f.channel, 1, f.opted_in::int from flags f where f.profile_id = p_id;
  delete from asked_flags where profile_id = p_id;
  delete from profiles where id = p_id;
$$;
