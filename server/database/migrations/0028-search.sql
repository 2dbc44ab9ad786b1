-- Finding people by words inside what is known of them: server/database/indexes.ts makes the
-- indexes that this needs, as making them takes a while where there are many people.

create extension if not exists pg_trgm;

drop trigger profiles_begin_properties on profiles;
drop trigger profiles_keep_properties on profiles;
drop function keep_properties();
drop function search_profiles(jsonb, jsonb, int);
drop table profile_properties;

drop index profiles_id_search;
drop index profiles_email_search;
drop index profiles_email_domain;
drop index profiles_national_number;
drop index profiles_last_digits;
