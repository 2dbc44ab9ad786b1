-- Keeps the id that WhatsApp calls a person by who has also shown a phone number: a later message
-- without one is theirs. Said they no by the id alone before, and p_applies, they are opted out.
create or replace function learn_whats_app_id(
  p_profile_id text, p_whats_app_id text, p_applies boolean
) returns void
language plpgsql
as $$
declare
  unmatched inbounds;
begin
  perform from profiles where whats_app_id = p_whats_app_id and id = p_profile_id;
  if found then
    return;
  end if;
  update profiles set whats_app_id = null where whats_app_id = p_whats_app_id;
  update profiles set whats_app_id = p_whats_app_id where id = p_profile_id;
  select * into unmatched from inbounds
  where sender = p_whats_app_id and channel = 'whatsApp' and profile_id is null
    and action = 'optOut'
  order by id desc
  limit 1;
  if not found then
    return;
  end if;
  update inbounds set profile_id = p_profile_id
  where sender = p_whats_app_id and channel = 'whatsApp' and profile_id is null
    and action = 'optOut';
  if p_applies then
    update inbounds set event_id = set_flag(
      p_profile_id => p_profile_id, p_channel => 'whatsApp', p_opted_in => false,
      p_source => 'rule', p_actor => jsonb_build_object('inbound', unmatched.id::text),
      p_reason => 'A message said no before it was known whose it was.',
      p_evidence => jsonb_build_object('text', left(unmatched.body, 5000)),
      p_occurred_at => unmatched.received_at)
    where id = unmatched.id;
  end if;
end
$$;

-- Somebody's number has changed: the id goes along to whoever has the new one.
create or replace function move_whats_app_id(p_old_number text, p_new_number text) returns void
language plpgsql
as $$
declare
  moved text;
  receiver text := profile_with('phoneNumber', p_new_number);
begin
  select whats_app_id into moved from profiles
  where id = profile_with('phoneNumber', p_old_number) and id is distinct from receiver;
  if moved is not null and receiver is not null then
    perform learn_whats_app_id(receiver, moved, true);
  end if;
end
$$;
