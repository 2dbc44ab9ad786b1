-- Profiles that have one phone in two spellings, as an older version made them, and what the
-- spellings have in common.
create or replace function twins() returns table (id text, key text)
language sql stable
as $$
  with written as (
    select p.id, match_key(p.phone_number) as key, count(*) over (
      partition by match_key(p.phone_number)
    ) as holders
    from profiles p
    where left(p.phone_number, 3) in ('+52', '+54', '+55')
  )
  select w.id, w.key from written w where w.holders > 1
$$;

drop function if exists hold_twins_out();

-- Of the next p_limit profiles, opts out those that are in where a twin had opted out. From then on
-- set_flag sees to it. Answers whether there are more, null where another server is at it.
create or replace function hold_twins_out(p_limit int) returns boolean
language plpgsql
as $$
declare
  progress text;
  batch text[];
begin
  insert into settings (name, value) values ('twins_held_out', 'after ') on conflict do nothing;
  select value into progress from settings where name = 'twins_held_out' for update skip locked;
  if not found then
    return null;
  elsif progress = 'true' then
    return false;
  end if;
  batch := array(
    select id from profiles where id > substr(progress, length('after ') + 1)
    order by id limit p_limit);
  if batch = '{}' then
    update settings set value = 'true' where name = 'twins_held_out';
    return false;
  end if;
  perform from profiles
  where id in (select unnest(array[id, twin_id]) from twins_of(batch))
  order by id
  for no key update;
  perform set_flag(
    p_profile_id => held.id, p_channel => held.channel, p_opted_in => false,
    p_source => held.source, p_actor => '{}',
    p_reason => 'The same phone had opted out before, in another spelling of its number.',
    p_evidence => null, p_follows => true, p_occurred_at => held.acted)
  from (
    select distinct on (mine.profile_id, mine.channel) mine.profile_id as id, mine.channel,
      other.source, acted_at(other.profile_id, other.event_id, other.since) as acted
    from twins_of(batch) t
    join channels c on c.address_kind = 'phoneNumber'
    join flags mine on mine.profile_id = t.id and mine.channel = c.channel and mine.opted_in
    join flags other on other.profile_id = t.twin_id and other.channel = c.channel
      and not other.opted_in and other.asked
    order by mine.profile_id, mine.channel, flag_weight(false, other.source) desc
  ) held;
  update settings set value = 'after ' || batch[cardinality(batch)]
  where name = 'twins_held_out';
  return true;
end
$$;

-- The twins of these profiles.
create or replace function twins_of(p_ids text[]) returns table (id text, twin_id text)
language sql stable
as $$
  select p.id, twin.id
  from profiles p
  cross join lateral unnest(spellings('phoneNumber', p.phone_number)) spelling
  join profiles twin on twin.phone_number = spelling and twin.id <> p.id
  where p.id = any (p_ids) and left(p.phone_number, 3) in ('+52', '+54', '+55')
$$;
