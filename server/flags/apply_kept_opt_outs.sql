-- Opts a profile out where an address that it has just been given had opted out before. A new one
-- begins so (see begin_opted_out).
create or replace function apply_kept_opt_outs(p_profile_id text, p_actor jsonb) returns void
language plpgsql
as $$
begin
  perform set_flag(
    p_profile_id => p_profile_id, p_channel => kept.channel, p_opted_in => false,
    p_source => kept.source, p_actor => p_actor,
    p_reason => why_kept(kept.source), p_follows => true,
    p_occurred_at => kept.occurred_at)
  from (
    select k.channel, k.source, k.occurred_at
    from profiles p
    cross join channels c
    join kept_opt_outs k on k.channel = c.channel
      and k.address_hash = any (address_hashes(c.address_kind, profile_address(p, c.address_kind)))
    where p.id = p_profile_id
    order by k.channel
  ) kept;
  delete from kept_opt_outs k
  using profiles p, channels c
  where p.id = p_profile_id and k.channel = c.channel and k.source <> 'forgotten'
    and k.address_hash = any (address_hashes(c.address_kind, profile_address(p, c.address_kind)));
end
$$;
