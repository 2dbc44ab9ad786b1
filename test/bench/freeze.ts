// Freezing a broadcast to a million profiles, half of them opted in, against COPY of the same rows
// into the same table.

import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { residentMemory } from "./memory.ts";
import { readRequests } from "./requests.ts";
import { median, type Row, row } from "./rows.ts";
import { sendRequests } from "./send.ts";
import { optEveryoneIn, type Stage } from "./stage.ts";

const people = 1_000_000;
const rounds = 5;

/** Rows a second, the growth of the server's memory, and how long other requests wait meanwhile. */
export async function freeze(stage: Stage): Promise<Row[]> {
  const { sql, load, ours } = stage;
  await optEveryoneIn(stage);
  const calls = await load.run(ours.port, load.prepare(sendRequests(stage)), {
    seconds: 5,
    connections: 1,
  });
  await makePeople(stage);
  const turns: { freeze: number; copy: number }[] = [];
  let rows = 0;
  for (let round = 0; round < rounds; round++) {
    await sql`checkpoint`;
    const made = await freezeOne(stage);
    rows = made.rows;
    await sql`checkpoint`;
    turns.push({ freeze: made.seconds, copy: await copy(stage, made.id) });
    await forget(stage);
  }
  const seconds = median(turns.map((turn) => turn.freeze));

  const reads = load.prepare(readRequests(stage));
  await load.run(ours.port, reads, { seconds: 1, connections: 4 });
  const idle = await load.run(ours.port, reads, { seconds, connections: 4 });
  const before = residentMemory(ours.pid);
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, residentMemory(ours.pid));
  }, 100);
  const [busy] = await Promise.all([
    load.run(ours.port, reads, { seconds, connections: 4 }),
    freezeOne(stage),
  ]);
  clearInterval(watching);
  return [
    row({
      what: "freeze a broadcast against COPY, rows/s",
      ours: rows / seconds,
      bare: rows / median(turns.map((turn) => turn.copy)),
      ratio: median(turns.map((turn) => turn.copy / turn.freeze)),
      atLeast: 0.65,
    }),
    row({
      what: "freeze a broadcast against a loop of single calls (5 s of them), rows/s",
      ours: rows / seconds,
      bare: calls.perSecond,
      atLeast: 100,
    }),
    row({
      what: "freeze a broadcast, memory of the server grows by",
      ours: most - before,
      atMost: 100,
      unit: " MB",
    }),
    row({
      what: "freeze a broadcast, p99 of reads meanwhile against idle",
      ours: busy.p99,
      bare: idle.p99,
      atMost: 5,
      unit: " ms",
      digits: 2,
    }),
  ];
}

/** Adds profiles and flags up to a million, without events: a freeze does not use them. */
async function makePeople({ sql, profiles }: Stage): Promise<void> {
  console.log("Making a million profiles ...");
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into profiles (id, phone_number, began_with)
      select 'many' || i, '+4915' || (100000000 + i), 1
      from generate_series(1, ${people - profiles}::int) i`;
    await tx`
      insert into asked_flags (profile_id, channel, opted_in, source, since, actor, event_id)
      select id, 'sms', true, 'api', now(), '{}', 0 from profiles
      where id like 'many%' and substr(id, 5)::int % 2 = 0`;
    // Half of those who were there before are opted in, too.
    await tx`
      update asked_flags set opted_in = false
      where channel = 'sms' and profile_id not like 'many%' and hashtext(profile_id) % 2 = 0`;
  });
  await sql`vacuum analyze profiles, asked_flags`;
}

/**
 * Creates a broadcast to everyone over HTTP, at a rate so low that its dispatch disturbs nothing.
 */
async function freezeOne({
  ours,
  key,
  sql,
}: Stage): Promise<{ id: string; seconds: number; rows: number }> {
  const began = performance.now();
  const answer = await fetch(`${ours.url}/v1/broadcasts`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      name: "All",
      channel: "sms",
      body: "Hello!",
      audience: { everyone: true },
      rate: 1,
    }),
  });
  const seconds = (performance.now() - began) / 1000;
  if (!answer.ok) throw new Error(`The broadcast was not made: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  const [counted] = await sql<[{ rows: number }]>`
    select count(*)::int as rows from messages where broadcast_id = ${id}`;
  return { id, seconds, rows: counted.rows };
}

/**
 * Seconds in which PostgreSQL copies the rows of a broadcast from its own file, as another
 * broadcast's.
 */
async function copy({ sql, target }: Stage, id: string): Promise<number> {
  if ("url" in target) throw new Error("The bench has a database of its own.");
  const columns = "profile_id, channel, broadcast_id, require_opt_in, status";
  const rows = "select profile_id, channel, 'copy of ' || broadcast_id, true, 'processing'";
  // Next to the database's files, where it may write.
  const [{ folder }] = await sql<
    [{ folder: string }]
  >`select current_setting('data_directory') as folder`;
  const file = join(folder, "rows");
  await sql.unsafe(`copy (${rows} from messages where broadcast_id = '${id}') to '${file}'`);
  const began = performance.now();
  await sql.unsafe(`copy messages (${columns}) from '${file}'`);
  return (performance.now() - began) / 1000;
}

/** Removes everything that a round created. */
async function forget({ sql }: Stage): Promise<void> {
  await sql`update broadcasts set status = 'cancelled'`;
  // Messages in dispatch end first.
  await wait(100);
  await sql`truncate messages`;
}
