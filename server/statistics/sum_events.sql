-- What events after one id up to another (null: all) did, by quarter of an hour, channel and
-- source. Beginnings are summed first and taken apart by channel afterwards.
create or replace function sum_events(p_after bigint, p_to bigint)
returns table (
  slot timestamptz, channel text, source text, opt_ins bigint, opt_outs bigint, begun bigint
)
language sql stable
as $$
  with told as (
    select quarter(e.at) as slot, e.channel, e.source, e.began_with, sum(e.opt_in) as opt_ins,
      sum(e.opt_out) as opt_outs, sum(e.begun) as begun
    from counted_events e
    where e.id > p_after and (p_to is null or e.id <= p_to)
    group by quarter(e.at), e.channel, e.source, e.began_with
  )
  select t.slot, t.channel, t.source, t.opt_ins, t.opt_outs, t.begun from told t
  where t.began_with is null
  union all
  select t.slot, c.channel, t.source,
    case when (d.opt_in -> c.channel)::boolean then t.begun else 0 end, 0, t.begun
  from told t
  join defaults d on d.number = t.began_with
  cross join channels c
$$;
