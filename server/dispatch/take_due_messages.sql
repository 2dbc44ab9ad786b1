-- Up to p_limit due messages of these channels (a JSON list), locked until the end of the
-- transaction, that nobody else has.
create or replace function take_due_messages(p_channels jsonb, p_limit int) returns bigint[]
language plpgsql
as $$
declare
  single bigint[];
  taken bigint[];
  campaign broadcasts;
  allowed int;
begin
  -- In one order for all channels, so that many messages on one do not delay another.
  select array_agg(due.id order by due.due_at) into single
  from jsonb_array_elements_text(p_channels) wanted (channel)
  cross join lateral (
    select m.id, m.due_at from messages m
    where m.status = 'processing' and m.broadcast_id is null and m.channel = wanted.channel
      and m.due_at <= now()
    order by m.due_at
    limit p_limit
    for update skip locked
  ) due;
  single := coalesce(single[1:p_limit], '{}');

  for campaign in
    select b.* from broadcasts b
      where b.status = 'sending' and p_channels ? b.channel order by random()
  loop
    allowed := p_limit - cardinality(single);
    exit when allowed <= 0;
    if campaign.rate is not null then
      select b.* into campaign from broadcasts b
        where b.id = campaign.id and b.status = 'sending' for update skip locked;
      continue when not found;
      -- Far ahead of now only where the clock was set back.
      campaign.next_at := case when campaign.next_at < now() + interval '5 seconds'
        then greatest(campaign.next_at, now() - interval '1 second')
        else now() - interval '1 second' end;
      allowed := least(allowed,
        floor(extract(epoch from now() - campaign.next_at) * campaign.rate));
      continue when allowed < 1;
    end if;
    select array_agg(due.id) into taken
    from (
      select m.id from messages m
      where m.status = 'processing' and m.broadcast_id = campaign.id and m.due_at <= now()
      order by m.due_at
      limit allowed
      for update skip locked
    ) due;
    if taken is null then
      update broadcasts b set status = 'done', updated_at = now()
      where b.id = campaign.id and b.status = 'sending'
        and not exists (select from messages m
          where m.broadcast_id = campaign.id and m.status = 'processing');
      continue;
    end if;
    if campaign.rate is not null then
      update broadcasts b set next_at = campaign.next_at
        + make_interval(secs => cardinality(taken)::float8 / campaign.rate)
      where b.id = campaign.id;
    end if;
    single := single || taken;
  end loop;

  return single;
end
$$;
