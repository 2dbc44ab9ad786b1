-- Counts at most p_limit more events and submissions; answers whether there are more that can be
-- counted now. Any server may do it at any time: a second server leaves it to the first.
create or replace function count_on(p_limit int) returns boolean
language plpgsql
as $$
declare
  -- Read before this transaction has an id of its own: whoever was given one of these has an older
  -- id.
  newest_event bigint := coalesce(pg_sequence_last_value(pg_get_serial_sequence('events',
    'id')::regclass), 0);
  newest_submission bigint := coalesce(pg_sequence_last_value(pg_get_serial_sequence('submissions',
    'id')::regclass), 0);
  done counted;
  to_event bigint;
  to_submission bigint;
begin
  select * into done from counted for update skip locked;
  if not found then
    return false;
  end if;

  with gone as (
    delete from ended_flags returning channel, flags, opted_in
  ), by_channel as (
    select channel, sum(flags) as flags, sum(opted_in) as opted_in from gone group by channel
  )
  update flag_counts c set flags = c.flags - g.flags, opted_in = c.opted_in - g.opted_in
  from by_channel g where g.channel = c.channel;

  if pg_snapshot_xmin(pg_current_snapshot()) < done.fence then
    return false;
  end if;
  to_event := least(done.fence_events, done.events + p_limit);
  to_submission := least(done.fence_submissions, done.submissions + p_limit);

  with fresh as materialized (
    select slot, channel, source, opt_ins, opt_outs, begun from sum_events(done.events, to_event)
  ), kept as (
    insert into event_counts as c (minutes, slot, channel, source, opt_ins, opt_outs, begun)
    select grain.minutes, date_bin(make_interval(mins => grain.minutes), f.slot, 'epoch'),
      f.channel, f.source,
      sum(f.opt_ins), sum(f.opt_outs), sum(f.begun)
    from fresh f cross join (values (15), (60)) grain (minutes)
    where f.opt_ins > 0 or f.opt_outs > 0
      or (f.begun > 0 and f.channel = (select channel from channels order by position limit 1))
    group by 1, 2, 3, 4
    on conflict (minutes, slot, channel, source) do update set
      opt_ins = c.opt_ins + excluded.opt_ins, opt_outs = c.opt_outs + excluded.opt_outs,
        begun = c.begun + excluded.begun
  )
  update flag_counts c set flags = c.flags + n.begun, opted_in = c.opted_in + n.opted_in
  from (select channel, sum(begun) as begun, sum(opt_ins - opt_outs) as opted_in
    from fresh group by channel) n
  where n.channel = c.channel;

  insert into submission_counts as c (form_id, slot, submissions)
  select s.form_id, quarter(s.at), count(*)
  from forms f join submissions s on s.form_id = f.id and s.id > done.submissions
    and s.id <= to_submission
  group by s.form_id, quarter(s.at)
  on conflict (form_id, slot) do update set submissions = c.submissions + excluded.submissions;

  if to_event < done.fence_events or to_submission < done.fence_submissions then
    update counted set events = to_event, submissions = to_submission;
    return true;
  end if;
  update counted set events = to_event, submissions = to_submission,
    fence_events = newest_event, fence_submissions = newest_submission,
      fence = pg_current_xact_id();
  return false;
end
$$;
