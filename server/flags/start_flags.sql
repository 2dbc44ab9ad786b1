-- A new profile, whatever made it, starts with one flag for each channel and the event that says
-- so: the default, or the opt-out that was kept for its address.
create or replace function start_flags() returns trigger
language plpgsql
as $$
declare
  any_kept boolean := exists (select from kept_opt_outs);
begin
  with beginnings as (
    select p.id as profile_id, p.created_at, c.channel, c.position, c.default_opted_in
      and k.channel is null as opted_in,
      coalesce(k.source, 'default') as source, k.channel is not null as kept, k.occurred_at
    from made p
    cross join channels c
    left join kept_opt_outs k on k.channel = c.channel
      and k.address_hash = case
        when any_kept then address_hash(c.address_kind, profile_address(p, c.address_kind)) end
  ), written as (
    insert into events (profile_id, channel, to_opted_in, source, at, actor, reason, occurred_at)
    select profile_id, channel, opted_in, source, created_at, '{}', case
      when source = 'forgotten' then 'The person behind this address was forgotten.'
      when kept then 'This address had opted out before.'
    end, occurred_at
    from beginnings
    order by profile_id, position
    returning profile_id, channel, to_opted_in, source, at, actor, id
  )
  insert into flags (profile_id, channel, opted_in, source, since, actor, event_id)
  select profile_id, channel, to_opted_in, source, at, actor, id from written;

  if any_kept then
    delete from kept_opt_outs k
    using made p, channels c
    where k.channel = c.channel and k.source <> 'forgotten'
      and k.address_hash = address_hash(c.address_kind, profile_address(p, c.address_kind));
  end if;
  return null;
end
$$;

create or replace trigger profiles_start_flags after insert on profiles
referencing new table as made
for each statement execute function start_flags();
