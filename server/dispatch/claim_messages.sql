-- Claims due messages for one attempt each; the commit makes the claim visible to all servers. For
-- p_lease seconds they are nobody else's. Ends messages that have expired, and messages whose
-- attempt was cut off by a crash if it is too late for a second attempt or the transport could not
-- tell it from the first.
create or replace function claim_messages(p_channels jsonb, p_limit int, p_lease int,
  p_repeatable boolean)
returns table (id bigint, attempts int)
language plpgsql
as $$
declare
  due bigint[] := take_due_messages(p_channels, p_limit);
begin
  return query
  with claimed as (
    update messages m set
      status = case
        when m.expires_on <= now() then 'expired'
        when m.attempt_began_at is not null and not p_repeatable then 'failed'
        else 'processing'
      end,
      reason = null,
      doubt = case when m.attempt_began_at is null then m.doubt
        else coalesce(m.doubt, 'interrupted') end,
      attempts = m.attempts + 1,
      attempt_began_at = case when m.expires_on <= now()
        or (m.attempt_began_at is not null and not p_repeatable) then null else now() end,
      due_at = now() + make_interval(secs => p_lease),
      updated_at = now()
    where m.id = any (due)
    returning m.id, m.attempts, m.status
  )
  select claimed.id, claimed.attempts from claimed where claimed.status = 'processing';
end
$$;
