-- Opts out whoever has a profile's phone in another spelling. Locks them and the profile in the
-- order of their ids, as everyone does.
create or replace function opt_out_twins(
  p_profile_id text, p_channel text, p_source text, p_actor jsonb, p_reason text,
  p_evidence jsonb, p_occurred_at timestamptz
) returns void
language plpgsql
as $$
declare
  phone text := (select phone_number from profiles where id = p_profile_id);
begin
  if left(phone, 3) not in ('+52', '+54', '+55') or phone is null
    or (select address_kind from channels where channel = p_channel) <> 'phoneNumber' then
    return;
  end if;
  perform from profiles
  where id = p_profile_id or phone_number = any (spellings('phoneNumber', phone))
  order by id for no key update;
  perform set_flag(
    p_profile_id => twin.id, p_channel => p_channel, p_opted_in => false, p_source => p_source,
    p_actor => p_actor, p_reason => p_reason, p_evidence => p_evidence,
    p_occurred_at => p_occurred_at, p_twins => false)
  from profiles twin
  where twin.phone_number = any (spellings('phoneNumber', phone)) and twin.id <> p_profile_id;
end
$$;
