drop function if exists import_profiles(jsonb, jsonb, text, boolean);

-- Imports rows, of which no two name the same id or address, or only tells what would change
-- (p_dry_run). outcome is 'created', 'updated', 'unchanged', 'again' where another request made the
-- same person at this instant, or a refusal of judge_import. changes, kept and refusals are by
-- channel: the flags that were set, and what had opted out each flag that stays out against the
-- row's wish, and why that is not followed (refusal_to_set).
-- An address that comes after an opt-in opts its channels out, unless the row opts in.
-- Everybody is locked first, in the order of their ids.
create or replace function import_profiles(p_rows jsonb, p_actor jsonb, p_reason text,
  p_dry_run boolean)
returns table (
  index int, outcome text, "profileId" text, holders jsonb, changes jsonb, kept jsonb,
  refusals jsonb
)
language plpgsql
-- A plan made while the table was empty would scan all profiles for each row of a long import.
set plan_cache_mode = force_custom_plan
as $$
declare
  judged jsonb;
  again jsonb;
  made jsonb := '[]';
  any_kept boolean;
  any_pending boolean;
  newest int;
begin
  loop
    select coalesce(jsonb_agg(to_jsonb(j)), '[]') into judged from judge_import(p_rows) j;
    exit when p_dry_run;
    -- Wait for concurrent changes of these people, then look at them again. Where they are others
    -- by then, the locks are given back before those are taken.
    begin
      perform from profiles p
      where p.id in (select j ->> 'person'
        from jsonb_array_elements(judged) j) order by p.id for update;
      select coalesce(jsonb_agg(to_jsonb(j)), '[]') into again from judge_import(p_rows) j;
      exit when again = judged;
      raise exception using errcode = 'no_data_found';
    exception when no_data_found then
      null;
    end;
  end loop;

  if not p_dry_run then
    select coalesce(jsonb_agg(new), '[]') into made
    from make_profiles((
      select jsonb_agg(jsonb_build_object('id', coalesce(n.id, n."newId"), 'phoneNumber',
        n."phoneNumber", 'email', n.email, 'fbMessengerId', n."fbMessengerId", 'properties',
        n.properties))
      from import_rows(p_rows) n
      join jsonb_to_recordset(judged) as j (index int, person text, refusal text)
        on j.index = n.index
      where j.person is null and j.refusal is null
    )) new;

    update profiles p set phone_number = coalesce(p.phone_number, n."phoneNumber"),
      email = coalesce(p.email, n.email),
      fb_messenger_id = coalesce(p.fb_messenger_id, n."fbMessengerId"),
        properties = p.properties || n.properties, updated_at = now()
    from import_rows(p_rows) n
    join jsonb_to_recordset(judged) as j (index int, person text, changed boolean, refusal text)
      on j.index = n.index
    where p.id = j.person and j.changed and j.refusal is null;

    perform apply_kept_opt_outs(gained.person, p_actor)
    from (
      select j.person from jsonb_to_recordset(judged) as j (person text, gains jsonb, refusal text)
      where j.person is not null and j.gains <> '[]' and j.refusal is null
      order by j.person
    ) gained;
  end if;

  any_kept := p_dry_run and exists (select from kept_opt_outs);
  any_pending := exists (select from confirmations);
  newest := (select max(number) from defaults);
  return query
  with people as materialized (
    select n.index, n.id, n."phoneNumber", n.email, n."fbMessengerId", n."optIn", n.evidence,
      j.holders, j.gains, j.changed,
      j.person is null as new,
        coalesce(j.person, case when not p_dry_run then coalesce(n.id, n."newId") end) as person,
      case when j.refusal is null and j.person is null and not p_dry_run
        and not made ? coalesce(n.id, n."newId") then 'again'
        else j.refusal end as refusal
    from import_rows(p_rows) n
    join jsonb_to_recordset(judged) as j (index int, person text, holders jsonb, gains jsonb,
      changed boolean, refusal text)
      on j.index = n.index
  ), wanted as materialized (
    select p.index, p.person, p.new, p.evidence, c.channel, w.opted_in, w.wished, late.is_late,
      case when k.channel is not null then false
        else coalesce(f.opted_in, (d.opt_in -> c.channel)::boolean) end as was,
      coalesce(k.source, f.source, 'default') as source,
      case when k.channel is not null then coalesce(k.occurred_at, now())
        when not f.opted_in then acted_at(p.person, f.event_id, f.since) end as opted_out_at
    from people p
    cross join lateral (
      select key as channel, value::boolean as opted_in, true as wished
      from jsonb_each_text(p."optIn")
      union all
      select channel, false, false from channels
      where not p.new and p.gains ? address_kind and not p."optIn" ? channel
    ) w
    join channels c on c.channel = w.channel
    -- As the view flags has it, which would be computed for everybody.
    left join profiles known on known.id = p.person
    left join asked_flags f on f.profile_id = known.id and f.channel = c.channel
    join defaults d on d.number = coalesce(known.began_with, newest)
    -- A dry run sees here what apply_kept_opt_outs and begin_opted_out would do.
    left join kept_opt_outs k on any_kept and p.gains ? c.address_kind and k.channel = c.channel
      and k.address_hash = any (address_hashes(c.address_kind, case c.address_kind
        when 'phoneNumber' then p."phoneNumber" when 'email' then p.email
          when 'fbMessengerId' then p."fbMessengerId" else p.id end))
    -- Whoever was opted in before there was an address was not asked about this one.
    cross join lateral (
      select coalesce(p.gains ? c.address_kind and f.opted_in and f.source <> 'default'
        and k.channel is null, false) as is_late
    ) late
    where p.refusal is null and (w.wished or late.is_late)
    order by p.person, c.channel
  ), judged_flags as materialized (
    select w.index, w.channel, w.opted_in, w.was, w.source, w.person, w.wished, w.evidence,
      w.is_late, case when not w.is_late then refusal_to_set(
        p_opted_in => w.was, p_source => w.source, p_opted_out_at => w.opted_out_at,
        p_wish => w.opted_in, p_by => 'import', p_evidence => w.evidence
      ) end as refusal,
      not p_dry_run and w.new and w.source = 'default'
        and (w.opted_in or not any_pending) as is_first
    from wanted w
  ), begun as (
    -- What set_flag would do one by one where the person is new and was never asked.
    insert into events (profile_id, channel, from_opted_in, to_opted_in, source, actor, reason,
      occurred_at)
    select w.person, w.channel, w.was, w.opted_in, 'import', p_actor, p_reason,
      case when w.opted_in then (w.evidence ->> 'collectedAt')::timestamptz end
    from judged_flags w
    where w.is_first and w.refusal is null
    order by w.person, w.channel
    returning profile_id, channel, to_opted_in, at, id
  ), flagged as (
    insert into asked_flags (profile_id, channel, opted_in, source, since, actor, event_id)
    select profile_id, channel, to_opted_in, 'import', at, p_actor, id from begun
  ), proven as (
    insert into evidence (profile_id, event_id, details)
    select b.profile_id, b.id, w.evidence
    from begun b
    join judged_flags w on w.person = b.profile_id and w.channel = b.channel
    where w.opted_in and w.evidence is not null
  ), done as materialized (
    select w.index, w.channel, w.opted_in, w.source, w.refusal,
      w.opted_in and not w.was and w.refusal is not null as stays,
      case when w.refusal is null or w.refusal = 'older_than_opt_out' then case
        when p_dry_run or (w.is_first and w.refusal is null) or set_flag(
          p_profile_id => w.person, p_channel => w.channel, p_opted_in => w.opted_in,
          p_source => 'import', p_actor => p_actor,
          p_reason => case when w.wished then p_reason
            else 'The address was added after the opt-in.' end,
          p_evidence => case when w.opted_in then w.evidence end,
          p_follows => w.refusal is null) is not null
        then w.refusal is null else false end
      else false end as is_set
    from (select * from judged_flags order by person, channel) w
  ), by_person as (
    select f.index, coalesce(jsonb_object_agg(f.channel, f.opted_in) filter (where f.is_set),
      '{}') as changes,
      coalesce(jsonb_object_agg(f.channel, f.source) filter (where f.stays), '{}') as kept,
      coalesce(jsonb_object_agg(f.channel, f.refusal) filter (where f.stays), '{}') as refusals
    from done f group by f.index
  )
  select p.index,
    coalesce(p.refusal, case when p.new then 'created' when p.changed
      or b.changes <> '{}' then 'updated' else 'unchanged' end),
    case when p.refusal is null then p.person end, p.holders, coalesce(b.changes, '{}'),
      coalesce(b.kept, '{}'), coalesce(b.refusals, '{}')
  from people p
  left join by_person b on b.index = p.index
  order by p.index;
end
$$;
