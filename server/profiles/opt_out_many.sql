-- Opts people out on these channels (JSON lists). missing: the ids that nobody has.
create or replace function opt_out_many(
  p_ids jsonb, p_channels jsonb, p_source text, p_actor jsonb, p_reason text,
  out changed int, out unchanged int, out missing jsonb
)
language plpgsql
as $$
declare
  people text[];
begin
  select array_agg(locked.id) into people
  from (
    select p.id from profiles p
    where p.id in (select jsonb_array_elements_text(p_ids))
    order by p.id
    for no key update
  ) locked;
  -- A statement of its own sees all that was committed before the locks were given.
  select count(distinct done.profile_id) filter (where done.event is not null) into changed
  from (
    select person.id as profile_id, set_flag(
      p_profile_id => person.id, p_channel => wanted.channel, p_opted_in => false,
      p_source => p_source, p_actor => p_actor, p_reason => p_reason) as event
    from unnest(people) person (id)
    cross join jsonb_array_elements_text(p_channels) wanted (channel)
  ) done;
  unchanged := coalesce(cardinality(people), 0) - changed;
  select coalesce(jsonb_agg(asked.id order by asked.id), '[]') into missing
  from (select distinct jsonb_array_elements_text(p_ids) as id) asked
  where asked.id <> all (coalesce(people, '{}'));
end
$$;
