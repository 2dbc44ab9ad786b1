-- Opts out whoever has these addresses now, {"email": "ann@example.com"} by channel. The opt-out of
-- an address that nobody has is kept for whoever has it next.
create or replace function opt_out_holders(
  p_addresses jsonb, p_source text, p_actor jsonb, p_reason text
) returns void
language plpgsql
as $$
begin
  perform lock_people('{}', p_addresses);
  -- Whoever stops here is asked for no confirmation, and has given none: nobody may have a flag.
  perform end_confirmations(array(
    select k.id from address_holders(p_addresses) h
    join confirmations k on k.channel = h.channel
      and k.address_hash = address_hash(h.address_kind, h.address)
  ));
  perform set_flag(
    p_profile_id => held.profile_id, p_channel => held.channel, p_opted_in => false,
    p_source => p_source, p_actor => p_actor, p_reason => p_reason)
  from (
    select f.profile_id, f.channel
    from address_holders(p_addresses) h
    join flags f on f.profile_id = h.profile_id and f.channel = h.channel
    order by f.profile_id, f.channel
  ) held;
  insert into kept_opt_outs as kept (address_hash, channel, source, occurred_at)
  select address_hash(h.address_kind, h.address), h.channel, p_source, now()
  from address_holders(p_addresses) h
  where h.profile_id is null
  order by h.channel
  on conflict (address_hash, channel) do update
    set source = excluded.source, occurred_at = excluded.occurred_at
    where flag_weight(false, excluded.source) > flag_weight(false, kept.source);
end
$$;
