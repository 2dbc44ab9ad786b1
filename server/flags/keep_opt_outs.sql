-- Keeps the opt-outs of the addresses of these kinds that a profile is about to give up. A flag
-- that is out only by default was nobody's wish and is not kept. An address that its carrier
-- stopped, or that was forgotten, keeps no pending submission.
create or replace function keep_opt_outs(p_profile_id text, p_kinds jsonb) returns void
language sql
as $$
  with kept as (
    insert into kept_opt_outs (address_hash, channel, source, occurred_at)
    select address_hash(c.address_kind, profile_address(p, c.address_kind)), f.channel, f.source,
      acted_at(f.profile_id, f.event_id, f.since)
    from profiles p
    join asked_flags f on f.profile_id = p.id and not f.opted_in and f.source <> 'default'
    join channels c on c.channel = f.channel and p_kinds ? c.address_kind
    where p.id = p_profile_id and profile_address(p, c.address_kind) is not null
    on conflict do nothing
    returning address_hash, channel, source
  )
  select end_confirmations(array(
    select k.id from kept
    join confirmations k on k.address_hash = kept.address_hash and k.channel = kept.channel
    where kept.source in ('carrier', 'forgotten')
  ))
$$;
