-- The profiles that have what is named, null where none has.
create or replace function named_holders(p_profile_id text, p_phone_number text, p_email text)
  returns text[]
language sql stable
as $$
  select array_agg(distinct named.holder)
  from (
    values ((select id from profiles where id = p_profile_id)),
      (coalesce((select id from profiles where phone_number = p_phone_number),
        profile_with('phoneNumber', p_phone_number))),
      ((select id from profiles where lower(email) = lower(p_email)))
  ) named (holder)
  where named.holder is not null
$$;
