drop function if exists set_flags(text, jsonb, text, jsonb, text, jsonb);
drop function if exists set_flags(text, jsonb, text, jsonb, text, jsonb, text, boolean);

-- Sets flags of one profile, {"sms": true}; answers all its flags, none where there is no such
-- profile, each with why the wish for it was not followed. p_all: where one opt-in is refused for
-- want of evidence, none is followed.
create or replace function set_flags(
  p_profile_id text, p_opt_in jsonb, p_source text, p_actor jsonb,
  p_reason text default null, p_evidence jsonb default null,
  p_all boolean default false
) returns table (
  channel text, opted_in boolean, source text, acted_at timestamptz, refusal text
)
language plpgsql
as $$
#variable_conflict use_column
declare
  refused jsonb;
begin
  perform from profiles where id = p_profile_id for no key update;
  select coalesce(jsonb_object_agg(f.channel, r.refusal), '{}') into refused
  from flags f
  join jsonb_each_text(p_opt_in) wish on wish.key = f.channel
  cross join refusal_to_set(
    p_opted_in => f.opted_in, p_source => f.source,
    p_opted_out_at => acted_at(f.profile_id, f.event_id, f.since),
    p_wish => wish.value::boolean, p_by => p_source,
    p_evidence => p_evidence
  ) as r (refusal)
  where f.profile_id = p_profile_id and r.refusal is not null;
  perform set_flag(
    p_profile_id => p_profile_id, p_channel => wish.key, p_opted_in => wish.value::boolean,
    p_source => p_source, p_actor => p_actor, p_reason => p_reason, p_evidence => p_evidence,
    p_follows => not refused ? wish.key)
  from (select key, value from jsonb_each_text(p_opt_in) order by key) wish
  where not (p_all and wish.value::boolean and exists (
    select from jsonb_each_text(refused) r
    where (p_opt_in ->> r.key)::boolean and r.value not in ('already_so', 'older_than_opt_out')
  ));
  return query select f.channel, f.opted_in, f.source,
    case when refused ? f.channel then acted_at(f.profile_id, f.event_id, f.since) end,
    refused ->> f.channel
    from flags f where f.profile_id = p_profile_id;
end
$$;
