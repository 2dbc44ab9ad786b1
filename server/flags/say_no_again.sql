-- Keeps when a person who is out said no again: an opt-in needs a word that is newer.
create or replace function say_no_again(p_profile_id text, p_channel text, p_acted timestamptz)
  returns void
language sql
as $$
  update asked_flags
  set said_again_at = greatest(said_again_at, coalesce(p_acted, clock_timestamp()))
  where profile_id = p_profile_id and channel = p_channel and not opted_in
$$;
