-- The hash of the address that a profile has for a channel, where that address was forgotten there;
-- else null.
create or replace function forgotten_hash(p_profile_id text, p_channel text) returns bytea
language sql stable
as $$
  select k.address_hash
  from profiles p
  join channels c on c.channel = p_channel
  join kept_opt_outs k on k.channel = c.channel and k.source = 'forgotten'
    and k.address_hash = any (address_hashes(c.address_kind, profile_address(p, c.address_kind)))
  where p.id = p_profile_id
$$;
