-- Sends one message: on the first channel of p_rules (a JSON list) on which it may go. Where there
-- is none it is kept as filtered, with the reason of each channel. Without a profile there is
-- nothing to do.
create or replace function send_message(
  p_profile_id text, p_rules jsonb, p_require_opt_in boolean, p_title text, p_body text,
  p_custom_body jsonb,
  p_metadata jsonb, p_expires_on timestamptz,
  out message_id bigint, out chosen text, out reasons jsonb
)
language plpgsql
as $$
begin
  if p_profile_id is null then
    return;
  end if;
  select
    (array_agg(judged.channel order by judged.preference) filter (where judged.reason is null))[1],
    coalesce(jsonb_object_agg(judged.channel, judged.reason)
      filter (where judged.reason is not null), '{}')
  into chosen, reasons
  from (
    select rule.channel, rule.preference,
      why_not(p_require_opt_in, f.opted_in, f.source, profile_address(p, c.address_kind)) as reason
    from jsonb_array_elements_text(p_rules) with ordinality rule (channel, preference)
    join channels c on c.channel = rule.channel
    join profiles p on p.id = p_profile_id
    join flags f on f.profile_id = p.id and f.channel = rule.channel
  ) judged;
  insert into messages (profile_id, channel, require_opt_in, title, body, custom_body, metadata,
    expires_on, status, reason)
  values (p_profile_id, chosen, p_require_opt_in, p_title, p_body, p_custom_body, p_metadata,
    p_expires_on,
    case when chosen is null then 'filtered' else 'processing' end,
    case when chosen is null then reasons::text end)
  returning id into message_id;
end
$$;
