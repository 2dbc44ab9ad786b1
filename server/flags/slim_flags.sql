-- Takes away the flags of up to p_limit old profiles that only a default set, a row for each until
-- version 0.3, and lets the profiles remember the number of the defaults instead. Nothing that a
-- reader sees changes. Answers whether there are more, null where another server is at it, or the
-- next profile is in use. Whoever is in use is left for the next time: nobody is waited for.
create or replace function slim_flags(p_limit int) returns boolean
language plpgsql
as $$
declare
  after text;
  batch text[];
  free text[];
  began jsonb;
begin
  select value into after from settings where name = 'slim_flags_after' for update skip locked;
  if not found then
    return case when exists (select from settings where name = 'slim_flags_after') then null
      else false end;
  end if;
  batch := array(select id from profiles where id > after order by id limit p_limit);
  if batch = '{}' then
    delete from settings where name = 'slim_flags_after';
    return false;
  end if;
  select array_agg(locked.id) into free
  from (
    select id from profiles where id = any (batch) order by id for no key update skip locked
  ) locked;

  -- Defaults that were in force before the first number.
  for began in
    select b.began from began_by_default(free) b
    group by b.began
    -- One that names most channels serves for those that name fewer.
    order by length(b.began::text) desc
  loop
    continue when exists (select from defaults d where d.opt_in @> began);
    insert into defaults (number, opt_in, actor)
    select least(min(number), 1) - 1,
      (select opt_in from defaults where number = 1) || began, '{"upgrade": "0.3"}'
    from defaults;
  end loop;
  update profiles p set began_with = d.number
  from began_by_default(free) b
  cross join lateral (
    select number from defaults where opt_in @> b.began
    order by number = b.began_with desc, number desc
    limit 1
  ) d
  where p.id = b.profile_id and p.began_with <> d.number;
  delete from asked_flags a
  using profiles p
  where a.profile_id = any (free) and a.source = 'default' and p.id = a.profile_id
    and a.since = p.created_at;

  after := coalesce(
    (select max(id) from unnest(batch) id
      where id < (
        select min(busy) from unnest(batch) busy where busy <> all (coalesce(free, '{}'))
      )),
    case when batch <@ free then batch[cardinality(batch)] else after end);
  update settings set value = after where name = 'slim_flags_after';
  return case when free is not null then true end;
end
$$;

-- What profiles began as on the channels where only a default set the flag.
create or replace function began_by_default(p_ids text[])
returns table (profile_id text, began_with int, began jsonb)
language sql stable
as $$
  select p.id, p.began_with, jsonb_object_agg(a.channel, a.opted_in)
  from asked_flags a
  join profiles p on p.id = a.profile_id
  where a.profile_id = any (p_ids) and a.source = 'default' and a.since = p.created_at
  group by p.id
$$;
