-- Hands due messages over to the outbox, which is these rows themselves: claims them, re-checks
-- consent and marks them in one transaction that share-locks the profiles. An opt-out waits for its
-- end and is acknowledged afterwards. Returns how many were claimed, and a JSON list (or null)
-- of those sent that have merge fields to fill in before the transaction ends.
create or replace function hand_to_outbox(p_channels jsonb, p_limit int, out taken int,
  out unfilled jsonb)
language plpgsql
as $$
declare
  due bigint[] := take_due_messages(p_channels, p_limit);
  held bigint[];
  handled int;
begin
  taken := cardinality(due);
  if taken = 0 then
    return;
  end if;
  select array_agg(m.id) into held
  from messages m
  left join broadcasts b on b.id = m.broadcast_id
  left join lateral (
    select true as locked from profiles p where p.id = m.profile_id for share skip locked
  ) person on true
  where m.id = any (due) and coalesce(b.status, 'sending') = 'sending'
    -- A confirmation may belong to nobody yet, and then holds no profile.
    and (person.locked or m.confirmation_id is not null);

  -- A statement of its own sees all that was committed before the locks were given, such as another
  -- address.
  with marked as (
    update messages m set
      (status, reason) = (
        select
          case verdict when 'may go' then 'sent' when 'expired' then 'expired'
            else 'filtered' end,
          case when verdict not in ('may go', 'expired') then verdict end
        from (select case
          when m.expires_on <= now() then 'expired'
          when m.confirmation_id is not null
            then coalesce(why_no_confirmation(m.channel, m.address), 'may go')
          else (
            select coalesce(why_not(m.require_opt_in, f.opted_in, f.source,
              profile_address(p, c.address_kind)), 'may go')
            from profiles p, flags f, channels c
            where p.id = m.profile_id and f.profile_id = m.profile_id and f.channel = m.channel
              and c.channel = m.channel
          )
        end) asked (verdict)
      ),
      -- Another way out was in use before.
      doubt = case when m.attempt_began_at is null then m.doubt
        else coalesce(m.doubt, 'interrupted') end,
      attempts = m.attempts + 1, attempt_began_at = null, updated_at = now()
    where m.id = any (held)
    returning m.id, m.profile_id, m.channel, m.status,
      coalesce(m.title, (select b.title from broadcasts b where b.id = m.broadcast_id)) as title,
      coalesce(m.body, (select b.body from broadcasts b where b.id = m.broadcast_id)) as body
  )
  select count(*), jsonb_agg(jsonb_build_object(
      'id', marked.id::text, 'profileId', marked.profile_id, 'channel', marked.channel, 'title',
        marked.title,
      'body', marked.body, 'properties', p.properties, 'address',
        profile_address(p, c.address_kind)
    )) filter (where marked.status = 'sent' and marked.profile_id is not null
      and (marked.body like '%{{%' or marked.title like '%{{%'))
  into handled, unfilled
  from marked
  left join profiles p on p.id = marked.profile_id
  left join channels c on c.channel = marked.channel;

  if handled < taken then
    -- A profile deleted while its broadcast was created cannot be held.
    update messages m set status = 'filtered', reason = 'no_address', updated_at = now()
    where m.id = any (due) and m.status = 'processing' and m.confirmation_id is null
      and not exists (select from profiles p where p.id = m.profile_id);
    -- A profile is being changed just now, or a broadcast was paused.
    update messages m set due_at = now() + interval '1 second'
      where m.id = any (due) and m.status = 'processing';
  end if;
  -- A server that hangs before the end gives everything back.
  perform set_config('idle_in_transaction_session_timeout', '5s', true);
end
$$;
