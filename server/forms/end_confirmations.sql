-- Ends pending submissions. What is left of a confirmation's message is only that there was one.
-- Answers the ids of those that had not ended yet.
create or replace function end_confirmations(p_ids bigint[]) returns bigint[]
language sql
as $$
  with ended as (
    delete from confirmations where id = any (p_ids) returning id
  ), emptied as (
    update messages m set address = null, title = null, body = null, updated_at = now(),
      status = case m.status when 'processing' then 'cancelled' else m.status end,
      -- A transport's words may name the address.
      reason = case when m.status in ('failed', 'unknown') and m.reason <> 'unknown' then null
        else m.reason end,
      doubt = case when m.doubt is not null then 'unknown' end
    from ended
    where m.confirmation_id = ended.id
  )
  select array_agg(id) from ended
$$;
