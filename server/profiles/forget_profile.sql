drop function if exists erased_answer();
-- Erases what is personal of a profile and of those merged into it, and the profile itself; its
-- bare events stay. Its addresses stay opted out on every channel, as hashes, until the person opts
-- in again (set_flag). What waits to be sent to it is cancelled; whoever is just being called is
-- waited for. Works after a plain delete, too, on what that left. False where there is nothing.
create or replace function forget_profile(p_id text, p_source text, p_actor jsonb) returns boolean
language plpgsql
as $$
declare
  known profiles;
  addresses jsonb;
  ended bigint[];
begin
  select * into known from profiles where id = p_id for update;
  if known.id is null and not exists (select from evidence where profile_id = p_id)
    and not exists (select from messages where profile_id = p_id and body is not null)
    and not exists (select from inbounds where profile_id = p_id and sender <> '') then
    return false;
  end if;
  addresses := to_jsonb(array_remove(array[known.phone_number, lower(known.email),
    known.fb_messenger_id], null));

  delete from evidence d using history_of(p_id) h
    where d.profile_id = h.profile_id and d.event_id = h.id;
  update events e set reason = null from history_of(p_id) h
  where e.profile_id = h.profile_id and e.id = h.id and e.reason is not null;
  perform set_flag(
    p_profile_id => p_id, p_channel => f.channel, p_opted_in => false, p_source => p_source,
    p_actor => p_actor, p_reason => 'The person was forgotten.',
    p_follows => true)
  from (select channel from channels where known.id is not null order by channel) f;
  with kept as (
    insert into kept_opt_outs (address_hash, channel, source, occurred_at)
    select address_hash(c.address_kind, profile_address(known, c.address_kind)), c.channel,
      'forgotten', now()
    from channels c
    where profile_address(known, c.address_kind) is not null
    order by c.channel
    on conflict (address_hash, channel) do update
      set source = 'forgotten', occurred_at = excluded.occurred_at
    returning address_hash, channel
  )
  select end_confirmations(array(
    select k.id from kept
    join confirmations k on k.address_hash = kept.address_hash and k.channel = kept.channel
  )) into ended;

  update messages set title = null, body = null, custom_body = null, metadata = null,
    address = null, provider_id = null,
    status = case status when 'processing' then 'cancelled' else status end,
    reason = case
      when status = 'processing' then 'forgotten'
      -- A transport's words may name the address.
      when status in ('failed', 'unknown') and reason <> 'unknown' then null
      else reason
    end,
    doubt = case when doubt is not null then 'unknown' end,
    updated_at = now()
  where profile_id = p_id;
  update inbounds set sender = '', body = '', review = null, review_reason = null,
    message_id = erased_message_id(message_id, sender)
  where profile_id = p_id or addresses ? sender or addresses ? lower(sender);
  -- A broadcast's audience may have been chosen by a property that contains an address.
  update broadcasts set audience = audience || '{"equals": ""}'
    where addresses ? lower(audience ->> 'equals');
  -- The key stays taken: the same call must not create the person again.
  update idempotency_keys set request_hash = '', body = ''
  where position(format('"id":"%s"', p_id) in body) > 0
    or exists (
      select from jsonb_array_elements_text(addresses) address where mentions(body, address)
    );

  delete from merged_profiles where profile_id = p_id;
  perform delete_profile(p_id);
  return true;
end
$$;
