-- Where the database's clock was set back, what was written before that is due as much too late.
-- Finds it by when it was written, which is still to come, and keeps the wait that it had.
create or replace function bring_forward_messages() returns void
language sql
as $$
  with late as (
    select m.id
    from channels c
    join messages m on m.status = 'processing' and m.broadcast_id is null and m.channel = c.channel
      and m.due_at > now() + interval '5 seconds'
    where m.updated_at > now() + interval '5 seconds'
    union all
    select m.id
    from broadcasts b
    join messages m on m.status = 'processing' and m.broadcast_id = b.id
      and m.due_at > now() + interval '5 seconds'
    where b.status in ('sending', 'paused') and m.updated_at > now() + interval '5 seconds'
  )
  update messages m set due_at = now() + greatest(m.due_at - m.updated_at, interval '0'),
    updated_at = now()
  from late where m.id = late.id and m.status = 'processing'
$$;
