-- The id under which WhatsApp hands in a person who shows no phone number.
alter table profiles add column whats_app_id text;
create unique index profiles_whats_app_id on profiles (whats_app_id)
  where whats_app_id is not null;

-- Messages that say no, and whose sender no profile was.
create index inbounds_unmatched on inbounds (sender)
  where profile_id is null and action = 'optOut';
