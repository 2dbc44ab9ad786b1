// The numbers of the portal's first page: what is counted already, and the few events since.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { channel } from "../schemas/channels.ts";
import { type EveryOptIn, source } from "../schemas/flags.ts";
import type {
  DayQuery,
  FirstSteps,
  FormStatistics,
  Happening,
  Series,
  Statistics,
} from "../schemas/statistics.ts";
import { lastDays } from "./days.ts";

type Total = { channel: keyof EveryOptIn; flags: number; optedIn: number };
type Change = {
  day: string;
  channel: string;
  source: string;
  optIns: number;
  optOuts: number;
  begun: number;
};

/** How many there are, how that came about by day, and what happened last. */
export async function readStatistics(sql: Sql, { days, zone }: DayQuery): Promise<Statistics> {
  const span = lastDays(days, zone);
  const [counts, latest] = await Promise.all([readCounts(sql, span), listLatest(sql)]);
  const { totals, changes } = counts;
  const names = span.map(({ day }) => day);
  const today = changes.filter(({ day }) => day === names.at(-1));
  const first = totals[0]?.channel;
  return {
    profiles: totals[0]?.flags ?? 0,
    optedIn: Object.fromEntries(
      totals.map((total) => [total.channel, total.optedIn]),
    ) as Statistics["optedIn"],
    today: {
      // A new profile has one beginning on each channel.
      profiles: sum(today.filter((change) => change.channel === first).map(({ begun }) => begun)),
      optIns: sum(today.map(({ optIns }) => optIns)),
      optOuts: sum(today.map(({ optOuts }) => optOuts)),
    },
    days: names,
    channels: seriesOf(names, changes, "channel", channel.options),
    sources: seriesOf(names, changes, "source", source.options),
    latest,
  };
}

/** How often each form was used, by day. */
export async function readFormStatistics(
  sql: Sql,
  { days, zone }: DayQuery,
): Promise<FormStatistics> {
  const span = lastDays(days, zone);
  const names = span.map(({ day }) => day);
  const rows = await sql<{ form: string; day: string; submissions: number }[]>`
    with used as (
      select form_id, slot, submissions from submission_counts
      where slot >= ${span[0]?.begins ?? null}
      union all
      select s.form_id, quarter(s.at), 1
      from forms f join submissions s on s.form_id = f.id
        and s.id > (select submissions from counted)
    )
    select used.form_id as form, d.day, sum(used.submissions)::int as submissions
    from jsonb_to_recordset(${sql.json(span)}) d (day text, begins timestamptz, ends timestamptz)
    join used on used.slot >= d.begins and used.slot < d.ends
    group by used.form_id, d.day`;
  const items = [...new Set(rows.map(({ form }) => form))].map((form) => ({
    form,
    submissions: names.map(
      (day) => rows.find((row) => row.form === form && row.day === day)?.submissions ?? 0,
    ),
  }));
  return { days: names, items };
}

/** What an admin of a new system has done so far; what is sample data counts for nothing. */
export async function readFirstSteps(sql: Sql): Promise<FirstSteps> {
  const steps = await oneRow(sql<[FirstSteps]>`
    select exists (select from settings where name = 'defaults_chosen') as defaults,
      exists (select from rules where action = 'optOut') as rules,
      exists (select from forms where deleted_at is null and id not like 'sample%') as form,
      exists (
        select from (select action, event_id from inbounds where provider <> 'sample' order by id
          limit 1000) first_ones
        where action = 'optOut' and event_id is not null
      ) as stop,
      exists (select from broadcasts where id not like 'sample%') as broadcast,
      exists (select from keys where name not in ('First key', 'From API_KEY')) as key,
      is_empty() as empty`);
  return steps;
}

/** Totals and changes in one statement, so that both are of the same moment. */
async function readCounts(sql: Sql, span: ReturnType<typeof lastDays>) {
  const row = await oneRow(sql<[{ totals: Total[]; changes: Change[] }]>`
    with fresh as materialized (
      select slot, channel, source, opt_ins, opt_outs, begun
      from sum_events((select events from counted), null)
    ), by_channel as (
      select channel, sum(begun) as flags, sum(opt_ins - opt_outs) as opted_in from fresh
      group by channel
    ), gone as (
      select channel, sum(flags) as flags, sum(opted_in) as opted_in from ended_flags
      group by channel
    ), totals as (
      select c.position, c.channel, t.flags + coalesce(n.flags, 0) - coalesce(g.flags, 0) as flags,
        t.opted_in + coalesce(n.opted_in, 0) - coalesce(g.opted_in, 0) as "optedIn"
      from channels c join flag_counts t using (channel) left join by_channel n using (channel)
      left join gone g using (channel)
    ), changes as (
      select d.day, c.channel, c.source, sum(c.opt_ins) as "optIns", sum(c.opt_outs) as "optOuts",
        sum(c.begun) as begun
      from jsonb_to_recordset(${sql.json(span)}) d (
        day text, begins timestamptz, "firstHour" timestamptz, "lastHour" timestamptz,
        ends timestamptz
      )
      cross join lateral (
        select channel, source, opt_ins, opt_outs, begun from event_counts
        where minutes = 60 and slot >= d."firstHour" and slot < d."lastHour"
        union all
        select channel, source, opt_ins, opt_outs, begun from event_counts
        where minutes = 15 and slot >= d.begins and slot < d."firstHour"
        union all
        select channel, source, opt_ins, opt_outs, begun from event_counts
        where minutes = 15 and slot >= d."lastHour" and slot < d.ends
        union all
        select channel, source, opt_ins, opt_outs, begun from fresh where slot >= d.begins
          and slot < d.ends
      ) c
      group by d.day, c.channel, c.source
    )
    select
      (select json_agg(json_build_object('channel', channel, 'flags', flags, 'optedIn', "optedIn")
        order by position)
        from totals) as totals,
      (select coalesce(json_agg(changes), '[]') from changes) as changes`);
  return row;
}

/**
 * The latest changes of flags across people. A new profile is told once, not once for each channel.
 */
async function listLatest(sql: Sql): Promise<Happening[]> {
  return sql<Happening[]>`
    with recent as materialized (
      select id, profile_id, channel, from_opted_in, to_opted_in, source, at, refusal from events
      order by id desc limit 500
    )
    select e.id as event, e.profile_id as "profileId",
      coalesce(nullif(p.properties ->> 'name', ''), p.email, p.phone_number, p.fb_messenger_id,
        p.id) as name,
      e.channel, e.from_opted_in as "from", e.to_opted_in as "to", e.source, e.at
    from recent e left join profiles p on p.id = e.profile_id
    where e.refusal is null and (e.from_opted_in is not null or e.channel is null
      -- Version 0.3 wrote a beginning for each channel.
      or e.channel = (select channel from channels order by position limit 1))
    order by e.id desc
    limit 8`;
}

/** The changes by name and day; those of a name that is not among `names` are in `other`. */
function seriesOf<Name extends string>(
  days: string[],
  changes: Change[],
  by: "channel" | "source",
  names: readonly Name[],
): Record<Name | "other", Series> {
  const place = new Map(days.map((day, index) => [day, index]));
  const empty = () => days.map(() => 0);
  const series: Map<string, Series> = new Map(
    [...names, "other"].map((name) => [name, { optIns: empty(), optOuts: empty() }]),
  );
  for (const change of changes) {
    const at = place.get(change.day) as number;
    const { optIns, optOuts } = (series.get(change[by]) ?? series.get("other")) as Series;
    optIns[at] = (optIns[at] ?? 0) + change.optIns;
    optOuts[at] = (optOuts[at] ?? 0) + change.optOuts;
  }
  return Object.fromEntries(series) as Record<Name | "other", Series>;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
