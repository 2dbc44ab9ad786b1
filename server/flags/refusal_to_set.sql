-- The one decision: why a wish to set a flag is not followed, or null where it is. Setting asks it
-- (set_flag, set_linked_flags), and so does what only tells: an import's dry run, what a link shows
-- as changeable, whether a submission may still be confirmed.
--
-- The flag as it is: p_opted_in, p_source, and p_opted_out_at, when the person opted out.
-- The wish: p_wish (in or out), by p_by, a source. p_occurred_at is when the person acted, else
-- what p_evidence says (collectedAt).
--
-- 'already_so': it is so, and the wish adds nothing. An opt-out replaces no weightier one.
-- 'older_than_opt_out': the person opted out after the act. The newest word counts.
-- 'forgotten', 'carrier_opted_out', 'person_opted_out': what stopped it, which gives way to the
-- person's own act alone, and not to each one. From others that takes evidence of a later act.
-- 'opted_out': without such evidence an import lifts no opt-out at all.
create or replace function refusal_to_set(
  p_opted_in boolean, p_source text, p_opted_out_at timestamptz,
  p_wish boolean, p_by text,
  p_occurred_at timestamptz default null, p_evidence jsonb default null
) returns text
language sql stable
as $$
  select case
    when p_opted_in or p_source = 'default' or not p_wish then case
      when p_opted_in <> p_wish then null
      when p_by = 'import' and (p_wish or p_source <> 'default') then 'already_so'
      when p_wish then null
      when flag_weight(false, p_source) > flag_weight(false, p_by) then 'already_so'
      when p_by = p_source and p_by in ('carrier', 'preferences', 'unsubscribe')
        and p_evidence is null then 'already_so'
    end
    when coalesce(p_occurred_at, (p_evidence ->> 'collectedAt')::timestamptz) <= p_opted_out_at
      then 'older_than_opt_out'
    when p_by = 'rule' or p_by in ('api', 'portal', 'import') and p_evidence ? 'collectedAt'
      then null
    when p_source = 'forgotten' then 'forgotten'
    when p_source = 'carrier' then 'carrier_opted_out'
    when p_by in ('form', 'preferences') then null
    when p_source in ('rule', 'preferences', 'unsubscribe') then 'person_opted_out'
    when p_by not in ('api', 'portal') then 'opted_out'
  end
$$;

-- How much a flag weighs against another one of the same person, where both cannot be: an opt-out
-- of a forgotten address, then the carrier's, then one that the person made, then another, then an
-- opt-in, then what is only the default. From 4 on it was stopped for the address, whoever has it.
create or replace function flag_weight(p_opted_in boolean, p_source text) returns int
language sql immutable
as $$
  select case
    when p_source = 'default' then 0
    when p_opted_in then 1
    when p_source = 'forgotten' then 5
    when p_source = 'carrier' then 4
    when p_source in ('rule', 'preferences', 'unsubscribe') then 3
    else 2
  end
$$;
