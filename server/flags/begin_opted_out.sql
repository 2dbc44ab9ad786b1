-- Opts new profiles out where an address of theirs had opted out before, by events of their own
-- right after their beginnings. Unlike apply_kept_opt_outs it is no act of today: a submission that
-- waits for confirmation came later.
create or replace function begin_opted_out(p_ids text[]) returns void
language plpgsql
as $$
begin
  if not exists (select from kept_opt_outs) then
    return;
  end if;
  with kept as materialized (
    select p.id as profile_id, p.created_at, c.channel, c.position, k.source, k.occurred_at,
      k.address_hash, (d.opt_in -> c.channel)::boolean as opted_in,
      -- Two spellings may have been kept for one phone.
      row_number() over (
        partition by p.id, c.channel order by flag_weight(false, k.source) desc, k.address_hash
      ) as number
    from profiles p
    join defaults d on d.number = p.began_with
    cross join channels c
    join kept_opt_outs k on k.channel = c.channel
      and k.address_hash = any (address_hashes(c.address_kind, profile_address(p, c.address_kind)))
    where p.id = any (p_ids)
  ), written as (
    insert into events (profile_id, channel, from_opted_in, to_opted_in, source, at, actor, reason,
      occurred_at)
    select profile_id, channel, opted_in, false, source, created_at, '{}', why_kept(source),
      occurred_at
    from kept
    where number = 1
    order by profile_id, position
    returning profile_id, channel, source, at, actor, id
  ), set as (
    insert into asked_flags (profile_id, channel, opted_in, source, since, actor, event_id)
    select profile_id, channel, false, source, at, actor, id from written
  )
  delete from kept_opt_outs k
  using kept
  where k.channel = kept.channel and k.address_hash = kept.address_hash and k.source <> 'forgotten';
end
$$;

create or replace function why_kept(p_source text) returns text
language sql immutable
as $$
  select case p_source when 'forgotten' then 'The person behind this address was forgotten.'
    else 'This address had opted out before.' end
$$;
