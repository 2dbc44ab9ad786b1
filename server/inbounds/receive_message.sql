drop function if exists receive_message(text, text, text, text, text, text, text, text, text, text,
  text, text, boolean);
drop function if exists receive_message(text, text, text, text, text, text, text, text, text, text,
  text, text, boolean, jsonb);

-- Receives a message in one statement: keeps it, finds or makes its sender, does what was decided,
-- queues the reply. The same id from the same sender again, or at the same instant, changes nothing
-- and answers what the first one did; another sender's message is another one. p_kind is null where
-- the sender has no address that a profile can have. p_lifts: the carrier lifts its block, which
-- takes back the opt-out that it had set, and leaves whoever had been out before. p_actor: the ids
-- of who handed it in. Where that is a session, an admin simulates: message, event and evidence say
-- so, and the reply is in the outbox at once, which is its row, so that no dispatcher sends it.
-- p_review_reason: why a person should look at it, where nobody was opted out. What has a default
-- came later: a STOP that reaches a server of 0.1 or 0.3 on this database is heard.
create or replace function receive_message(
  p_provider text, p_channel text, p_message_id text, p_kind text, p_sender text, p_recipient text,
  p_body text,
  p_rule_id text, p_action text, p_source text, p_reason text, p_reply text, p_lifts boolean,
  p_actor jsonb default '{}', p_review_reason text default null,
  out inbound inbounds, out reply_id bigint, out repeated boolean
)
language plpgsql
as $$
declare
  known text := profile_with(p_kind, p_sender);
  actor jsonb;
  simulated_by text := p_actor ->> 'session';
  refusal text;
  restores boolean;
begin
  repeated := false;
  -- A message that a provider delivers again after its sender was forgotten changes nothing.
  if p_message_id is not null and (known is null or p_action = 'optIn') then
    select * into inbound from inbounds
    where provider = p_provider and channel = p_channel
      and (message_id = erased_message_id(p_message_id, p_sender)
        or p_action <> 'optOut' and message_id = erased_message_id(p_message_id));
    if found then
      repeated := true;
      return;
    end if;
  end if;
  insert into inbounds (provider, channel, message_id, sender, recipient, body, profile_id, rule_id,
    action, session, review, review_reason)
  values (p_provider, p_channel, p_message_id, p_sender, p_recipient, p_body, known, p_rule_id,
    p_action, simulated_by,
    case when p_review_reason is null then null when p_kind is null then 'unmatched'
      else 'likely' end,
    p_review_reason)
  on conflict (provider, channel, message_id, sender) do nothing
  returning * into inbound;
  if not found then
    repeated := true;
    select * into inbound from inbounds
    where provider = p_provider and channel = p_channel and message_id = p_message_id
      and sender = p_sender;
    select id into reply_id from messages where reply_to = inbound.id;
    return;
  end if;
  if p_kind is null then
    return;
  end if;

  inbound.profile_id := find_or_create_profile(p_kind, p_sender);
  actor := p_actor
    || jsonb_strip_nulls(jsonb_build_object('rule', p_rule_id, 'inbound', inbound.id::text));
  if p_action in ('optIn', 'optOut') then
    inbound.event_id := set_flag(
      p_profile_id => inbound.profile_id, p_channel => p_channel,
      p_opted_in => p_action = 'optIn', p_source => p_source, p_actor => actor,
      p_reason => p_reason,
      p_evidence => nullif(jsonb_strip_nulls(jsonb_build_object(
        'text', nullif(left(p_body, 5000), ''), 'session', simulated_by)), '{}'));
  elsif p_lifts then
    if exists (
      select from asked_flags
      where profile_id = inbound.profile_id and channel = p_channel and not opted_in
        and source = 'carrier'
    ) then
      restores := was_in_before(inbound.profile_id, p_channel);
      inbound.event_id := set_flag(
        p_profile_id => inbound.profile_id, p_channel => p_channel, p_opted_in => restores,
        p_source => 'rule', p_actor => actor,
        p_reason => case when restores
          then 'The person took back what had been stopped at the carrier.'
          else 'The carrier lifted its block. No rule opts in, so the opt-out stays.' end,
        p_follows => not restores, p_replaces => not restores, p_twins => false);
    end if;
  end if;
  if inbound.event_id is not null or inbound.profile_id is distinct from known then
    update inbounds set profile_id = inbound.profile_id, event_id = inbound.event_id
      where id = inbound.id;
  end if;

  if p_action = 'optOut' then
    -- What the person wrote before needs nobody's decision any more.
    update inbounds set answer = 'optedOut', answered_at = now()
    where profile_id = inbound.profile_id and channel = p_channel and review = 'likely'
      and answer is null and id < inbound.id;
  end if;

  if p_reply is not null and may_reply(inbound, simulated_by is not null) then
    if simulated_by is not null then
      select why_not(false, f.opted_in, f.source, profile_address(p, c.address_kind)) into refusal
      from profiles p
      join channels c on c.channel = p_channel
      join flags f on f.profile_id = p.id and f.channel = c.channel
      where p.id = inbound.profile_id;
    end if;
    insert into messages (profile_id, channel, reply_to, require_opt_in, sender, body, status,
      reason, attempts)
    values (inbound.profile_id, p_channel, inbound.id, false, p_recipient, p_reply,
      case when simulated_by is null then 'processing' when refusal is null then 'sent'
        else 'filtered' end,
      refusal, case when simulated_by is null then 0 else 1 end)
    returning id into reply_id;
  end if;
end
$$;
