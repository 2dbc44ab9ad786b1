-- The profile that has an address, or else another spelling of it; or null.
create or replace function profile_with(p_kind text, p_address text) returns text
language plpgsql stable
as $$
declare
  found_id text;
begin
  if p_kind = 'phoneNumber' then
    select id into found_id from profiles where phone_number = p_address;
    if found_id is null and left(p_address, 3) in ('+52', '+54', '+55') then
      select id into found_id from profiles
      where phone_number = any (spellings(p_kind, p_address))
      order by id
      limit 1;
    end if;
  elsif p_kind = 'email' then
    select id into found_id from profiles where lower(email) = lower(p_address);
  elsif p_kind = 'fbMessengerId' then
    select id into found_id from profiles where fb_messenger_id = p_address;
  elsif p_kind = 'whatsAppId' then
    select id into found_id from profiles where whats_app_id = p_address;
  elsif p_kind = 'profileId' then
    select id into found_id from profiles where id = p_address;
  end if;
  return found_id;
end
$$;
