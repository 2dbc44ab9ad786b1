-- The profile that a message is for: the one that has what is named, or a new one. What is named
-- and not yet known is added to it. p_* that are null are not named. conflict is 'two_profiles'
-- where what is named belongs to several, or where the profile has another address of the same
-- kind.
create or replace function find_or_create_recipient(
  p_profile_id text, p_phone_number text, p_email text, p_actor jsonb, out recipient text,
  out conflict text
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
      -- Who takes an address away waits for this, or is waited for. Who may add one takes the
      -- stronger lock at once: two that both had the weaker one would wait for each other.
      if num_nonnulls(p_profile_id, p_phone_number, p_email) = 1 then
        perform from profiles where id = holders[1] for key share;
      else
        perform from profiles where id = holders[1] for update;
      end if;
      exit when named_holders(p_profile_id, p_phone_number, p_email) = holders;
      continue;
    end if;
    insert into profiles (id, phone_number, email)
    values (coalesce(p_profile_id, replace(gen_random_uuid()::text, '-', '')), p_phone_number,
      p_email)
    on conflict do nothing
    returning id into recipient;
    if found then
      return;
    end if;
  end loop;

  recipient := holders[1];
  if num_nonnulls(p_profile_id, p_phone_number, p_email) = 1 then
    return;
  end if;
  select * into known from profiles where id = recipient;
  if p_phone_number <> known.phone_number or lower(p_email) <> lower(known.email) then
    recipient := null;
    conflict := 'two_profiles';
  elsif (known.phone_number is null and p_phone_number is not null)
    or (known.email is null and p_email is not null) then
    update profiles set phone_number = coalesce(known.phone_number, p_phone_number),
      email = coalesce(known.email, p_email),
      updated_at = now()
    where id = recipient;
    perform apply_kept_opt_outs(recipient, p_actor);
  end if;
end
$$;
