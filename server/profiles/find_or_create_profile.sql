-- The profile that has an address; a new one where there is none. Its flag on the channel is
-- locked, and whoever takes an address away locks the flags first: so the address is this profile's
-- until the end of the transaction.
create or replace function find_or_create_profile(p_kind text, p_address text, p_channel text)
  returns text
language plpgsql
as $$
declare
  found_id text;
begin
  loop
    found_id := profile_with(p_kind, p_address);
    if found_id is not null then
      perform from flags where profile_id = found_id and channel = p_channel for update;
      if found and profile_with(p_kind, p_address) = found_id then
        return found_id;
      end if;
      continue;
    end if;
    insert into profiles (id, phone_number, email, fb_messenger_id)
    values (
      case when p_kind = 'profileId' then p_address else new_id() end,
      case when p_kind = 'phoneNumber' then p_address end,
      case when p_kind = 'email' then p_address end,
      case when p_kind = 'fbMessengerId' then p_address end
    )
    on conflict do nothing
    returning id into found_id;
    if found_id is not null then
      return found_id;
    end if;
  end loop;
end
$$;
