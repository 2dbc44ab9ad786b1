-- Whom an unsubscribe link, {profileId, channel, messageId, address}, concerns beside whoever has
-- its address now. person: the profile that its message was for, or the one that it was merged
-- into; by a link of version 0.1, which has no address, also a later profile of the same id.
-- shown: that profile where the link may lead to its preferences, because it still is the same
-- person's and has the address that the message went to. Each is null where there is none.
create or replace function unsubscriber(p_link jsonb, out person text, out shown text)
language plpgsql stable
as $$
declare
  link_id constant text := p_link ->> 'profileId';
  address constant text := p_link ->> 'address';
  message messages;
begin
  select * into message from messages where id = (p_link ->> 'messageId')::bigint;
  select p.id into person
  from profiles p
  where p.id = message.profile_id and (
    p.created_at <= message.created_at or exists (
      select from merged_profiles m
      where m.id = link_id and m.profile_id = p.id and message.created_at <= m.merged_at
        and p.created_at <= m.merged_at
    )
  );
  if person is not null and (address is null or person = (
    select h.profile_id from address_holders(jsonb_build_object(p_link ->> 'channel', address)) h
  )) then
    shown := person;
  end if;
  if person is null and address is null then
    select p.id into person
    from profiles p
    where p.id in (link_id, message.profile_id,
      (select m.profile_id from merged_profiles m where m.id = link_id))
    order by p.id = link_id desc
    limit 1;
  end if;
end
$$;
