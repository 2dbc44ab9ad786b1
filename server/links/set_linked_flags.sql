drop function if exists set_linked_flags(
  text, timestamptz, jsonb, boolean, jsonb, text, jsonb, text, int);
drop function if exists set_linked_flags(jsonb, boolean, jsonb, text, jsonb, text, int);

-- Sets those of p_opt_in, {"sms": true}, that the link shows, and answers linked_flags(). By a
-- person's own link an opt-out is also for whoever has the address now that the person had when it
-- was made, of whom nothing is answered. Other opt-outs of what is not shown are left alone; with
-- an opt-in there, nothing is set. Everybody is locked first: their addresses stay as they are.
-- A row without a profile where the link shows nobody, and has addresses. wait: seconds, where a
-- person's flags were changed more than p_limit times within a minute, and nothing was set.
create or replace function set_linked_flags(
  p_link jsonb, p_own boolean, p_opt_in jsonb, p_source text, p_actor jsonb, p_reason text,
  p_limit int
)
returns table (
  wait int, profile_id text, channel text, address text, opted_in boolean, source text,
  since timestamptz, actor jsonb, event_id bigint, asked boolean, refusal text
)
language plpgsql
as $$
#variable_conflict use_column
declare
  person text := linked_profile(p_link);
  had jsonb := case when p_own then linked_addresses(p_link) else '{}' end;
  outs jsonb;
  left_to_wait int;
begin
  if person is null and had = '{}' then
    return;
  end if;
  left_to_wait := take_limit(
    address_hash('flags by link', coalesce(person, p_link ->> 'profileId')), p_limit, 60);
  if left_to_wait > 0 then
    return query select left_to_wait, person, null::text, null::text, null::boolean, null::text,
      null::timestamptz, null::jsonb, null::bigint, null::boolean, null::text;
    return;
  end if;
  select coalesce(jsonb_object_agg(a.key, a.value), '{}') into outs
  from jsonb_each(had) a
  where not (p_opt_in ->> a.key)::boolean;
  perform lock_people(array_remove(array[person], null), outs);
  if not exists (
    select from jsonb_each_text(p_opt_in) wanted
    where wanted.value::boolean
      and wanted.key not in (select l.channel from linked_flags(p_link, p_own) l
        where l.channel is not null)
  ) then
    perform set_flags(
      p_profile_id => person,
      p_opt_in => (
        select coalesce(jsonb_object_agg(wanted.key, wanted.value), '{}')
        from jsonb_each(p_opt_in) wanted
        join linked_flags(p_link, p_own) shown on shown.channel = wanted.key
      ),
      p_source => p_source, p_actor => p_actor, p_reason => p_reason);
    -- The person's own are as wished by now.
    perform opt_out_holders((
      select coalesce(jsonb_object_agg(h.channel, h.address), '{}')
      from address_holders(outs) h
      where person is null or h.profile_id is distinct from person
    ), p_source, p_actor, p_reason);
  end if;
  return query select 0, l.* from linked_flags(p_link, p_own) l;
  if not found then
    return query select 0, null::text, null::text, null::text, null::boolean, null::text,
      null::timestamptz, null::jsonb, null::bigint, null::boolean, null::text;
  end if;
end
$$;
