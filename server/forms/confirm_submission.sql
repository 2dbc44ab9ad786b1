-- Opts in who confirms: once for each secret, and nothing else of that address waits after it. The
-- event names the submission; the evidence has both steps. p_form_id is null for a link, which
-- stands for the form that sent it. Null where there is no such pending submission (any more), or
-- its form was deleted or paused meanwhile.
create or replace function confirm_submission(p_secret_hash bytea, p_form_id text, p_by text,
  p_evidence jsonb) returns wordings
language plpgsql
as $$
declare
  pending confirmations;
  shown wordings;
  person text;
  answered bigint[];
begin
  select k.* into pending from confirmations k
  join forms f on f.id = k.form_id and f.active and f.deleted_at is null
  where k.secret_hash = p_secret_hash and k.form_id = coalesce(p_form_id, k.form_id)
    and k.expires_at > now()
  order by k.id
  limit 1;
  if not found or why_no_confirmation(pending.channel, pending.address) is not null then
    return null;
  end if;
  select w.* into shown from wordings w
    where w.form_id = pending.form_id and w.number = pending.wording;

  -- Lock the profile before the pending submission, as everywhere; the slower of two leaves nothing
  -- behind, not even a new profile.
  begin
    select find_or_create_profile(c.address_kind, pending.address) into person
    from channels c where c.channel = pending.channel;
    answered := end_confirmations(array(
      select k.id from confirmations k
      where k.address_hash = pending.address_hash and k.channel = pending.channel
        and k.expires_at > now()
    ));
    -- An opt-out that did not see the submission because both happened at the same moment still
    -- counts as the newer act. The opt-out that a profile created just now began with does not.
    if answered is null or pending.id <> all (answered) or exists (
      select from asked_flags f join profiles p on p.id = f.profile_id
      where f.profile_id = person and f.channel = pending.channel and p.created_at <> now()
        and refusal_to_set(
          p_opted_in => f.opted_in, p_source => f.source,
          p_opted_out_at => acted_at(f.profile_id, f.event_id, f.since),
          p_wish => true, p_by => 'form', p_occurred_at => pending.submitted_at
        ) is not null
    ) then
      raise exception using errcode = 'no_data_found';
    end if;
  exception when no_data_found then
    return null;
  end;

  insert into submissions (form_id, wording, profile_id, event_id)
  values (pending.form_id, pending.wording, person, set_flag(
    p_profile_id => person, p_channel => pending.channel, p_opted_in => true, p_source => 'form',
    p_actor => jsonb_build_object('form', pending.form_id, 'wording', pending.wording,
      'confirmed', p_by, 'submittedAt', iso_time(pending.submitted_at)),
    p_evidence => pending.evidence || jsonb_build_object('at', iso_time(pending.submitted_at),
      'confirmation', p_evidence
        || jsonb_build_object('by', p_by, 'at', iso_time(clock_timestamp())))
  ));
  update messages set profile_id = person where confirmation_id = any (answered);
  return shown;
end
$$;
