// The numbers of the portal's first page: with a million people and eight million events, against a
// thousand people.

import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { open, type Target } from "../../server/database/connect.ts";
import { upgrade } from "../../server/database/upgrade.ts";
import { countOn } from "../../server/statistics/count.ts";
import { readStatistics } from "../../server/statistics/read.ts";
import { median, type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

const few = 1_000;
const many = 1_000_000;
const rounds = 20;

/**
 * The cost of one visit to Home, the speed of counting, and what the pending counts cost whoever
 * sets a flag.
 */
export async function statistics(stage: Stage): Promise<Row[]> {
  const small = await database(stage, few);
  const large = await database(stage, many);
  const began = performance.now();
  await countOn(large);
  const counting = (performance.now() - began) / 1000;
  await countOn(small);
  const turns: { small: number; large: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = await look(round % 2 ? large : small);
    const second = await look(round % 2 ? small : large);
    turns.push(round % 2 ? { small: second, large: first } : { small: first, large: second });
  }
  const [{ events }] = await large<
    [{ events: number }]
  >`select count(*)::int as events from events`;
  const changes = await flagChanges(large);
  await small.end();
  await large.end();
  return [
    row({
      what: "numbers of Home, 90 days: 1,000,000 profiles",
      ours: median(turns.map((turn) => turn.large)),
      atMost: 100,
      unit: " ms",
      digits: 1,
    }),
    row({
      what: "numbers of Home, 90 days: 1,000 profiles",
      ours: median(turns.map((turn) => turn.small)),
      atMost: 100,
      unit: " ms",
      digits: 1,
    }),
    row({ what: "events counted a second", ours: events / counting, atLeast: 100_000 }),
    row({
      what: "set_flag with the index that counting needs, against without",
      ours: changes.with,
      bare: changes.without,
      atMost: 1.1,
      unit: " µs",
      digits: 1,
    }),
  ];
}

/**
 * A database next to the stage's own: people who came over 90 days, and twice as many changes, on
 * three channels.
 */
async function database({ target, sql }: Stage, count: number): Promise<postgres.Sql> {
  if ("url" in target) throw new Error("The bench has a database of its own.");
  const name = `statistics_${randomBytes(4).toString("hex")}`;
  await sql.unsafe(`create database ${name}`);
  const opened = open({ ...target, database: name } satisfies Target, { max: 1 });
  await upgrade(opened);
  await opened`
    select make_profiles(jsonb_agg(jsonb_build_object('id', 'p' || n, 'createdAt',
      now() - n * (interval '90 days' / ${count}::int))))
    from generate_series(1, ${count}::int) n`;
  await opened`
    insert into events (profile_id, channel, from_opted_in, to_opted_in, source, at, actor)
    select 'p' || n, (array['sms', 'email', 'whatsApp'])[1 + n % 3], n % 4 = 0, n % 4 <> 0,
      (array['form', 'rule', 'api', 'import', 'unsubscribe'])[1 + n % 5],
      now() - n * (interval '90 days' / ${count}::int), '{}'
    from generate_series(1, ${count}::int) n, generate_series(1, 2)`;
  await opened`vacuum analyze`;
  return opened;
}

/** Milliseconds for everything that Home reads from the database. */
async function look(sql: postgres.Sql): Promise<number> {
  const began = performance.now();
  await readStatistics(sql, { days: 90, zone: "Europe/Berlin" });
  return performance.now() - began;
}

/**
 * Microseconds for one change of a flag in the database, in turns; the index is dropped and
 * restored in a transaction.
 */
async function flagChanges(sql: postgres.Sql): Promise<{ with: number; without: number }> {
  const change = async (without: boolean) => {
    let micros = 0;
    await sql
      .begin(async (tx) => {
        if (without) await tx`drop index events_id`;
        const began = performance.now();
        await tx`
          select count(set_flag(
            p_profile_id => 'p' || n, p_channel => 'rcs', p_opted_in => true, p_source => 'api',
            p_actor => '{}'))
          from generate_series(1, 20000) n`;
        micros = ((performance.now() - began) * 1000) / 20_000;
        throw new Error("undo");
      })
      .catch((error: Error) => {
        if (error.message !== "undo") throw error;
      });
    return micros;
  };
  const turns: { with: number; without: number }[] = [];
  for (let turn = 0; turn < 7; turn++) {
    turns.push(
      turn % 2
        ? { with: await change(false), without: await change(true) }
        : { without: await change(true), with: await change(false) },
    );
  }
  return {
    with: median(turns.map((one) => one.with)),
    without: median(turns.map((one) => one.without)),
  };
}
