drop function if exists find_or_create_recipient(text, text, text, jsonb);
-- The profile that a message is for: the one that has all that is named, or a new one. One that
-- exists is never changed. p_* that are null are not named. conflict is 'two_profiles' where what
-- is named belongs to several, else the kind of the address that the profile does not have.
create or replace function find_or_create_recipient(
  p_profile_id text, p_phone_number text, p_email text, out recipient text, out conflict text
)
language plpgsql
as $$
declare
  holders text[];
  known profiles;
begin
  loop
    holders := named_holders(p_profile_id, p_phone_number, p_email);
    if cardinality(holders) > 1 or (holders is not null and p_profile_id <> holders[1]) then
      conflict := 'two_profiles';
      return;
    end if;
    if holders is not null then
      -- Who takes an address away waits for this, or is waited for.
      select * into known from profiles where id = holders[1] for key share;
      exit when named_holders(p_profile_id, p_phone_number, p_email) = holders;
      continue;
    end if;
    select made into recipient from make_profiles(jsonb_build_array(jsonb_build_object(
      'id', p_profile_id, 'phoneNumber', p_phone_number, 'email', p_email))) made;
    if recipient is not null then
      return;
    end if;
  end loop;

  conflict := case
    when match_key(p_phone_number) <> coalesce(match_key(known.phone_number), '')
      then 'phoneNumber'
    when lower(p_email) <> coalesce(lower(known.email), '') then 'email'
  end;
  if conflict is null then
    recipient := known.id;
  end if;
end
$$;
