-- A phone number without its country's code, which has three digits where it is none of the shorter
-- ones.
create or replace function national_number(phone_number text) returns text
language sql immutable strict
as $$
  select substring(phone_number from coalesce(
    length(substring(phone_number
      from '^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])')), 4) + 1)
$$;
