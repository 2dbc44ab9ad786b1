create or replace function profile_address(profile profiles, kind text) returns text
language sql immutable
as $$
  select case kind
    when 'phoneNumber' then profile.phone_number
    when 'email' then profile.email
    when 'fbMessengerId' then profile.fb_messenger_id
    when 'profileId' then profile.id
  end
$$;
