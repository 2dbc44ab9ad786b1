-- The one that makes profiles, [{"id": "ann", "email": "ann@example.com"}]: each begins with the
-- defaults, and one event says so. Opt-outs that were kept for its addresses apply at once, by
-- events of their own. Answers the ids of those it made: not those whose id or one of whose
-- addresses is taken.
create or replace function make_profiles(p_people jsonb) returns setof text
language plpgsql
as $$
declare
  made text[];
begin
  with new as (
    insert into profiles (id, phone_number, email, fb_messenger_id, properties, created_at,
      updated_at, began_with)
    select coalesce(w.id, new_id()), w."phoneNumber", w.email,
      w."fbMessengerId", coalesce(w.properties, '{}'), coalesce(w."createdAt", now()),
      coalesce(w."createdAt", now()), d.number
    from jsonb_to_recordset(p_people) as w (id text, "phoneNumber" text, email text,
      "fbMessengerId" text, properties jsonb, "createdAt" timestamptz)
    cross join (select max(number) as number from defaults) d
    -- In one order, so that two that make the same people wait for each other.
    order by w."phoneNumber", w.email, w.id
    on conflict do nothing
    returning id, created_at, began_with
  ), begun as (
    insert into events (profile_id, source, at, actor, began_with)
    select id, 'default', created_at, '{}', began_with from new
  )
  select array_agg(id) into made from new;

  perform begin_opted_out(made);
  return query select unnest(made);
end
$$;
