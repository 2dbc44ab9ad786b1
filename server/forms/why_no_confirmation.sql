-- Why an address may not even be asked for confirmation on a channel, or null where it may: its
-- carrier opted it out, or it was forgotten on the person's own wish.
create or replace function why_no_confirmation(p_channel text, p_address text) returns text
language sql stable
as $$
  select case
    when p_address is null then 'no_address'
    when stopped.source = 'carrier' then 'carrier_opted_out'
    else stopped.source
  end
  from channels c
  left join lateral (
    select f.source from asked_flags f
    where f.profile_id = profile_with(c.address_kind, p_address) and f.channel = c.channel
      and not f.opted_in and f.source in ('carrier', 'forgotten')
    union all
    select k.source from kept_opt_outs k
    where k.address_hash = any (address_hashes(c.address_kind, p_address)) and k.channel = c.channel
      and k.source in ('carrier', 'forgotten')
    limit 1
  ) stopped on true
  where c.channel = p_channel
$$;
