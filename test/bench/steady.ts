// No decay: a minute of reads and submissions, as fast at its end as at its beginning, with no more
// memory.

import { request } from "./load.ts";
import { residentMemory } from "./memory.ts";
import { readRequests, submitRequests } from "./requests.ts";
import { median, type Row, row } from "./rows.ts";
import { databaseOptions, type Stage } from "./stage.ts";

const turns = 15;
const seconds = 4;

/**
 * 60 s of load in turns of 4 s, and after each 2 s of the minimal Hono server: whatever else the
 * machine does slows both, so each turn counts relative to the minimal server's next to it.
 */
export async function steady(stage: Stage): Promise<Row[]> {
  const { load, sql, ours } = stage;
  const minimal = await stage.start("minimal.mjs", {
    DATABASE: JSON.stringify(databaseOptions(stage)),
  });
  const mixed = load.prepare(mixedRequests(stage));
  const people = await sql<{ id: string }[]>`select id from profiles limit 1000`;
  const selects = load.prepare(people.map(({ id }) => request("GET", `/profiles/${id}`)));

  await load.run(ours.port, mixed, { seconds: 6 });
  await load.run(minimal.port, selects, { seconds: 6 });
  const found: { share: number; perSecond: number; ours: number; minimal: number }[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const { perSecond } = await load.run(ours.port, mixed, { seconds });
    const beside = await load.run(minimal.port, selects, { seconds: seconds / 2 });
    const memory = { ours: residentMemory(ours.pid), minimal: residentMemory(minimal.pid) };
    found.push({ share: perSecond / beside.perSecond, perSecond, ...memory });
  }
  const fifth = turns / 5;
  const first = found.slice(0, fifth);
  const last = found.slice(-fifth);
  const change = (pick: (turn: (typeof found)[number]) => number) =>
    median(last.map(pick)) / median(first.map(pick));
  return [
    row({
      what: "60 s, last fifth against first, requests/s",
      ours: median(last.map(({ perSecond }) => perSecond)),
      bare: median(first.map(({ perSecond }) => perSecond)),
      ratio: change(({ share }) => share),
      atLeast: 0.95,
    }),
    row({
      what: "memory under load against a minimal Hono server",
      ours: median(last.map((turn) => turn.ours)),
      bare: median(last.map((turn) => turn.minimal)),
      atMost: 1.5,
      unit: " MB",
    }),
    row({
      what: "memory, last fifth against first",
      ours: median(last.map((turn) => turn.ours)),
      bare: median(first.map((turn) => turn.ours)),
      atMost: 1.05,
      unit: " MB",
    }),
  ];
}

/** Four reads, then a submission. */
function mixedRequests(stage: Stage): string[] {
  const reads = readRequests(stage);
  const submits = submitRequests(stage);
  return submits.flatMap((submit, index) => [
    ...[0, 1, 2, 3].map((step) => reads[(index * 4 + step) % reads.length] as string),
    submit,
  ]);
}
