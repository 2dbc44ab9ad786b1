-- Sets flags of one profile, {"sms": true}, in the order in which everyone takes their locks;
-- answers all its flags, none where there is no such profile. An opt-out leaves the carrier's own
-- as it is, which stops more than any other.
create or replace function set_flags(
  p_profile_id text, p_opt_in jsonb, p_source text, p_actor jsonb, p_reason text, p_evidence jsonb
) returns setof flags
language plpgsql
as $$
begin
  perform set_flag(p_profile_id, wanted.key, wanted.value::boolean, p_source, p_actor, p_reason,
    p_evidence)
  from (select key, value from jsonb_each_text(p_opt_in) order by key) wanted
  where wanted.value::boolean or not exists (
    select from flags f
    where f.profile_id = p_profile_id and f.channel = wanted.key and not f.opted_in
      and f.source = 'carrier'
  );
  return query select f.* from flags f where f.profile_id = p_profile_id;
end
$$;
