-- A profile as the API shows it.
create or replace view shown_profiles as
select p.id, p.phone_number as "phoneNumber", p.email, p.fb_messenger_id as "fbMessengerId",
  p.properties,
  (select d.opt_in from defaults d where d.number = p.began_with) || coalesce((
    select jsonb_object_agg(a.channel, a.opted_in) from asked_flags a where a.profile_id = p.id
  ), '{}') as "optIn",
  p.created_at as "createdAt", p.updated_at as "updatedAt"
from profiles p;
