-- Sets those of p_opt_in, {"sms": true}, that the link shows, and answers linked_flags(). The flags
-- are held first: their addresses stay as they are. An opt-out of what is not shown is left alone;
-- with an opt-in there, nothing is set. wait: seconds, where a person's flags were changed more
-- than p_limit times within a minute, and nothing was set.
create or replace function set_linked_flags(
  p_id text, p_made_at timestamptz, p_channels jsonb, p_own boolean, p_opt_in jsonb, p_source text,
  p_actor jsonb, p_reason text,
  p_limit int
)
returns table (
  wait int, profile_id text, channel text, address text, opted_in boolean, source text,
  since timestamptz, actor jsonb, event_id bigint
)
language plpgsql
as $$
declare
  person text := linked_profile(p_id, p_made_at);
  left_to_wait int;
begin
  if person is null then
    return;
  end if;
  left_to_wait := take_limit(address_hash('flags by link', person), p_limit, 60);
  if left_to_wait > 0 then
    return query select left_to_wait, person, null::text, null::text, null::boolean, null::text,
      null::timestamptz, null::jsonb, null::bigint;
    return;
  end if;
  perform from flags f where f.profile_id = person
    and p_opt_in ? f.channel order by f.channel for update;
  if not exists (
    select from jsonb_each_text(p_opt_in) wanted
    where wanted.value::boolean
      and wanted.key not in (select l.channel
        from linked_flags(p_id, p_made_at, p_channels, p_own) l where l.channel is not null)
  ) then
    perform set_flags(person, (
      select coalesce(jsonb_object_agg(wanted.key, wanted.value), '{}')
      from jsonb_each(p_opt_in) wanted
      join linked_flags(p_id, p_made_at, p_channels, p_own) shown on shown.channel = wanted.key
    ), p_source, p_actor, p_reason, null);
  end if;
  return query select 0, l.* from linked_flags(p_id, p_made_at, p_channels, p_own) l;
end
$$;
