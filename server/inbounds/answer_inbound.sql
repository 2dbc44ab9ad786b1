-- Answers a message that waits for a person: optOut opts its sender out, with the message as the
-- evidence; no leaves everything as it is; null lets it wait again. Answers the message as it then
-- is, null where none waits or waited under this id. Once it opted out, that stands.
create or replace function answer_inbound(
  p_id bigint, p_answer text, p_source text, p_actor jsonb
) returns inbounds
language plpgsql
as $$
declare
  inbound inbounds;
  event bigint;
begin
  select * into inbound from inbounds where id = p_id and review is not null;
  if not found or inbound.answer = 'optOut' or p_answer = 'optOut' and inbound.profile_id is null
  then
    return inbound;
  end if;
  -- The flag first, as whoever receives a message does: so no two wait for one another.
  if p_answer = 'optOut' then
    event := set_flag(
      p_profile_id => inbound.profile_id, p_channel => inbound.channel, p_opted_in => false,
      p_source => p_source, p_actor => p_actor || jsonb_build_object('inbound', p_id::text),
      p_reason => 'A person read the message as an opt-out. ' || inbound.review_reason,
      p_evidence => jsonb_strip_nulls(jsonb_build_object(
        'text', nullif(left(inbound.body, 5000), ''), 'session', inbound.session)));
  end if;
  update inbounds set answer = p_answer,
    answered_at = case when p_answer is not null then now() end,
    event_id = coalesce(event, event_id)
  where id = p_id
  returning * into inbound;
  return inbound;
end
$$;
