drop function if exists find_or_create_profile(text, text, text);

-- The profile that has an address; a new one where there is none. It is locked, and whoever takes
-- an address away locks the profile first: so the address is this profile's until the end of the
-- transaction. The lock of one that has just lost the address is given back before the next one.
create or replace function find_or_create_profile(p_kind text, p_address text) returns text
language plpgsql
as $$
declare
  found_id text;
begin
  loop
    found_id := profile_with(p_kind, p_address);
    if found_id is null then
      select made into found_id from make_profiles(jsonb_build_array(jsonb_build_object(
        case p_kind when 'profileId' then 'id' else p_kind end, p_address))) made;
      if found_id is not null then
        return found_id;
      end if;
      continue;
    end if;
    begin
      perform from profiles where id = found_id for no key update;
      if profile_with(p_kind, p_address) = found_id then
        return found_id;
      end if;
      raise exception using errcode = 'no_data_found';
    exception when no_data_found then
      null;
    end;
  end loop;
end
$$;
