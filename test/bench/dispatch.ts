// Dispatch to the outbox, against a bare loop that claims and marks on two connections: no second
// check, no lock, no content.

import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { claim, end } from "../../server/dispatch/claims.ts";
import { median, type Row, row } from "./rows.ts";
import { databaseOptions, optEveryoneIn, type Stage } from "./stage.ts";
import { statementOf } from "./statement.ts";

const rounds = 6;

/** Messages a second, from a queue with one message for each profile. */
export async function dispatch(stage: Stage): Promise<Row[]> {
  await optEveryoneIn(stage);
  const { profiles } = stage;
  const claims = await statementOf(stage, (sql) =>
    claim(sql, { channels: ["email"], limit: 1, repeatable: true }),
  );
  const marks = await statementOf(stage, (sql) => end(sql, []));
  const bare = await stage.start("bare-dispatch.mjs", {
    BARE: JSON.stringify({ database: databaseOptions(stage), claims, marks }),
  });
  const byUs = async () => {
    await paused(stage, () => fill(stage));
    return timed(() => drained(stage));
  };
  const byBare = () =>
    paused(stage, async () => {
      await fill(stage);
      const seconds = await timed(() => fetch(bare.url, { method: "POST" }));
      await drained(stage);
      return seconds;
    });
  const turns: { ours: number; bare: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const first = await (round % 2 ? byBare() : byUs());
    const second = await (round % 2 ? byUs() : byBare());
    turns.push(round % 2 ? { ours: second, bare: first } : { ours: first, bare: second });
  }
  // The first turn warms up.
  turns.shift();
  const filledIn: number[] = [];
  for (let round = 0; round < 3; round++) {
    await paused(stage, () => fill(stage, "Hello {{profile.name}}! {{unsubscribeUrl}}"));
    filledIn.push(await timed(() => drained(stage)));
  }
  const ours = profiles / median(turns.map((turn) => turn.ours));
  return [
    row({
      what: "dispatch to the outbox against claim and mark alone, messages/s",
      ours,
      bare: profiles / median(turns.map((turn) => turn.bare)),
      ratio: median(turns.map((turn) => turn.bare / turn.ours)),
      atLeast: 0.7,
    }),
    row({ what: "dispatch to the outbox, messages/s", ours, atLeast: 5000 }),
    row({
      what: "dispatch to the outbox with merge fields, messages/s",
      ours: profiles / median(filledIn),
      atLeast: 5000,
    }),
  ];
}

/**
 * Does something while our server is stopped: its claims are committed one by one, so it holds
 * nothing when it is idle.
 */
export async function paused<Result>(
  { ours }: Stage,
  work: () => Promise<Result>,
): Promise<Result> {
  process.kill(ours.pid, "SIGSTOP");
  try {
    await wait(100);
    return await work();
  } finally {
    process.kill(ours.pid, "SIGCONT");
  }
}

/** Queues one message for each profile. */
async function fill({ sql, profiles }: Stage, body = "Hello!"): Promise<void> {
  await sql`
    insert into messages (profile_id, channel, require_opt_in, body, status)
    select id, 'sms', true, ${body}, 'processing' from profiles limit ${profiles}`;
  await sql`vacuum analyze messages`;
}

async function drained({ sql }: Stage): Promise<void> {
  for (;;) {
    const [left] =
      await sql`select from messages where status = 'processing' and broadcast_id is null limit 1`;
    if (!left) return;
    await wait(10);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
