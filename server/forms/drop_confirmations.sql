-- An opt-out on a channel withdraws the submissions that wait for confirmation there.
create or replace function drop_confirmations(p_profile_id text, p_channel text) returns void
language plpgsql
as $$
begin
  if not exists (select from confirmations) then
    return;
  end if;
  perform end_confirmations(array(
    select k.id
    from profiles p
    join channels c on c.channel = p_channel
    join confirmations k on k.channel = c.channel and k.expires_at > now()
      and k.address_hash = address_hash(c.address_kind, profile_address(p, c.address_kind))
    where p.id = p_profile_id
  ));
end
$$;
