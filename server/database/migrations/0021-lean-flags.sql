-- A flag has a row only where something other than a default set it. The defaults are numbered, and
-- a profile remembers the number it began with.

-- Append-only: changing a default adds a row with the whole set. The largest number is in force.
-- Numbers below 1 are of sets that profiles of before this migration turned out to have begun with.
create table defaults (
  number int primary key,
  opt_in jsonb not null check (jsonb_typeof(opt_in) = 'object'),
  at timestamptz not null default now(),
  actor jsonb not null
);

insert into defaults (number, opt_in, at, actor)
select 1, jsonb_object_agg(channel, default_opted_in),
  coalesce((select value::timestamptz from settings where name = 'defaults_chosen'), now()), '{}'
from channels;

alter table channels drop column default_opted_in;

-- Profiles of before have a row for each flag, so any number is right for them. Whoever makes one
-- names the number: there is no default.
alter table profiles add column began_with int not null default 1;
alter table profiles alter column began_with drop default;

-- Foreign keys are triggers that read other tables. Deleting a profile deletes its flags itself.
alter table flags rename to asked_flags;
alter table asked_flags rename constraint flags_pkey to asked_flags_pkey;
alter table asked_flags drop constraint flags_profile_id_fkey, drop constraint flags_channel_fkey;
drop trigger flags_end on asked_flags;
drop function keep_ended_flags();
drop trigger profiles_start_flags on profiles;
drop function start_flags();
-- Its optIn changes from json to jsonb.
drop view shown_profiles;

-- A profile begins with one event, which names no channel but the number of the defaults.
alter table events alter column channel drop not null, alter column to_opted_in drop not null,
  add column began_with int;
