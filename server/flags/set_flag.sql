drop function if exists set_flag(text, text, boolean, text, jsonb, text, jsonb, timestamptz);
drop function if exists set_flag(
  text, text, boolean, text, jsonb, text, jsonb, timestamptz, boolean);
drop function if exists set_flag(
  text, text, boolean, text, jsonb, text, jsonb, timestamptz, boolean, timestamptz);

-- The one writer of a flag that may have been set before: locks the profile, and flag and event
-- change together, or not at all. Answers the new event's id, or null where there is none: there is
-- no such profile; or refusal_to_set says why not, which p_follows passes over: the change is
-- nobody's wish, but follows from another, or the caller has asked; or the flag is so already, by
-- the same source and actor, and there is no new reason or evidence. Each submission of a form is a
-- yes of its own and makes an event; where that form had opted the person in already, the flag
-- keeps its since. p_occurred_at is when the person acted, else what the evidence says
-- (collectedAt). Of a refused wish, the evidence is kept where it is older than the opt-out, or the
-- person's own message: once, in an event that changes nothing. p_at is for made-up history alone
-- (server/sample-data/): it never goes before what is written, nor into the future.
-- An opt-out replaces none that weighs more, unless p_replaces: what stopped an address leaves with
-- it. Where the person says no again, said_again_at keeps when. Two profiles from before may have
-- one phone, in two spellings: until somebody merges them, who says no by one has said it for both,
-- unless p_twins is false.
create or replace function set_flag(
  p_profile_id text, p_channel text, p_opted_in boolean, p_source text, p_actor jsonb,
  p_reason text default null, p_evidence jsonb default null,
  p_at timestamptz default null, p_follows boolean default false,
  p_occurred_at timestamptz default null, p_replaces boolean default false,
  p_twins boolean default true
) returns bigint
language plpgsql
as $$
declare
  flag flags;
  renews boolean;
  new_event_id bigint;
  new_at timestamptz;
  acted timestamptz := coalesce(p_occurred_at, (p_evidence ->> 'collectedAt')::timestamptz);
  refusal text;
  said_no boolean := not p_opted_in and flag_weight(false, p_source) >= 3;
  out_since timestamptz;
begin
  if not p_opted_in and p_twins then
    perform opt_out_twins(p_profile_id => p_profile_id, p_channel => p_channel,
      p_source => p_source, p_actor => p_actor, p_reason => p_reason, p_evidence => p_evidence,
      p_occurred_at => p_occurred_at);
  end if;
  perform from profiles where id = p_profile_id for no key update;
  select * into flag from flags where profile_id = p_profile_id and channel = p_channel;
  if not found then
    return null;
  end if;
  if not p_opted_in then
    perform drop_confirmations(p_profile_id, p_channel);
  end if;
  if not p_follows then
    refusal := refusal_to_set(
      p_opted_in => flag.opted_in, p_source => flag.source,
      p_opted_out_at => case when acted is not null
        then acted_at(p_profile_id, flag.event_id, flag.since) end,
      p_wish => p_opted_in, p_by => p_source, p_occurred_at => acted, p_evidence => p_evidence);
  elsif not p_replaces and not p_opted_in and not flag.opted_in
    and flag_weight(false, flag.source) > flag_weight(false, p_source) then
    refusal := 'already_so';
  end if;
  if p_evidence is not null and (refusal = 'older_than_opt_out'
      or refusal is not null and flag_weight(false, p_source) >= 3)
    and not exists (
      select from events e join evidence d on d.profile_id = e.profile_id and d.event_id = e.id
      where e.profile_id = p_profile_id and e.id > flag.event_id and e.channel = p_channel
        and e.refusal is not null and e.actor = p_actor and d.details = p_evidence
    ) then
    insert into events (profile_id, channel, from_opted_in, to_opted_in, source, actor, reason,
      occurred_at, refusal)
    values (p_profile_id, p_channel, flag.opted_in, flag.opted_in, p_source, p_actor, p_reason,
      acted, refusal)
    returning id into new_event_id;
    insert into evidence (profile_id, event_id, details)
      values (p_profile_id, new_event_id, p_evidence);
  end if;
  if refusal is not null then
    if refusal = 'already_so' and said_no then
      perform say_no_again(p_profile_id, p_channel, acted);
    end if;
    return new_event_id;
  end if;
  if p_opted_in and not flag.opted_in and flag.source = 'forgotten' then
    delete from kept_opt_outs
    where address_hash = forgotten_hash(p_profile_id, p_channel) and channel = p_channel;
  end if;
  if flag.opted_in = p_opted_in and flag.source = p_source and flag.actor = p_actor
    and p_source <> 'form' and not exists (
      select from events e left join evidence d on d.profile_id = e.profile_id and d.event_id = e.id
      where e.profile_id = p_profile_id and e.id = flag.event_id
        and (e.reason is distinct from coalesce(p_reason, e.reason) or d.details is distinct
          from coalesce(p_evidence, d.details))
    ) then
    if said_no then
      perform say_no_again(p_profile_id, p_channel, acted);
    end if;
    return null;
  end if;
  renews := flag.opted_in and p_opted_in and flag.source = 'form' and p_source = 'form'
    and flag.actor ->> 'form' = p_actor ->> 'form';
  if p_at < coalesce(
      (select e.at from events e where e.profile_id = p_profile_id and e.id = flag.event_id),
      flag.since)
    or p_at > clock_timestamp() then
    raise exception 'An event cannot be before the one before it, nor in the future.';
  end if;
  insert into events (profile_id, channel, from_opted_in, to_opted_in, source, at, actor, reason,
    occurred_at)
  values (p_profile_id, p_channel, flag.opted_in, p_opted_in, p_source,
    coalesce(p_at, clock_timestamp()), p_actor, p_reason, acted)
  returning id, at into new_event_id, new_at;
  if p_evidence is not null then
    insert into evidence (profile_id, event_id, details)
      values (p_profile_id, new_event_id, p_evidence);
  end if;
  if not p_opted_in and not flag.opted_in and not p_replaces
    and flag_weight(false, flag.source) >= 3 then
    out_since := acted_at(p_profile_id, flag.event_id, flag.since);
  end if;
  insert into asked_flags (profile_id, channel, opted_in, source, actor, since, event_id,
    said_again_at)
  values (p_profile_id, p_channel, p_opted_in, p_source, p_actor,
    case when renews then flag.since else new_at end, new_event_id, out_since)
  on conflict (profile_id, channel) do update set opted_in = excluded.opted_in,
    source = excluded.source, actor = excluded.actor, since = excluded.since,
    event_id = excluded.event_id, said_again_at = excluded.said_again_at;
  return new_event_id;
end
$$;
