-- A profile as the API shows it.
create or replace view shown_profiles as
select p.id, p.phone_number as "phoneNumber", p.email, p.fb_messenger_id as "fbMessengerId",
  p.properties,
  (select json_object_agg(f.channel, f.opted_in) from flags f where f.profile_id = p.id) as "optIn",
  p.created_at as "createdAt", p.updated_at as "updatedAt"
from profiles p;
