// Keyword rules: finding the one that matches among 10 and among 100,000, in turns on the same
// machine.

import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { open, type Target } from "../../server/database/connect.ts";
import { upgrade } from "../../server/database/upgrade.ts";
import { matchRule } from "../../server/rules/match.ts";
import { median, type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

const few = 10;
const many = 100_000;
const rounds = 20;
const matches = 1_000;

const bodies = [
  "word7",
  "Word7, please",
  "hello there, I would like to know when you are open",
  "word 7 please stop",
  "👍",
];

/** The cost of one match, and the processor time for the longest hostile message. */
export async function rules(stage: Stage): Promise<Row[]> {
  const small = await database(stage, few);
  const large = await database(stage, many);
  for (const sql of [small, large]) await time(sql);
  const turns: { small: number; large: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = await time(round % 2 ? large : small);
    const second = await time(round % 2 ? small : large);
    turns.push(round % 2 ? { small: second, large: first } : { small: first, large: second });
  }
  const hostile = await worst(small);
  await small.end();
  await large.end();
  return [
    row({
      what: "find the rule: 100,000 rules against 10",
      ours: median(turns.map((turn) => turn.large)),
      bare: median(turns.map((turn) => turn.small)),
      ratio: median(turns.map((turn) => turn.large / turn.small)),
      atMost: 1.5,
      unit: " ms",
      digits: 3,
    }),
    row({
      what: "find the rule: worst of hostile messages",
      ours: hostile,
      atMost: 10,
      unit: " ms",
      digits: 2,
    }),
  ];
}

/** A database next to the stage's own, with this many rules. */
async function database({ target, sql }: Stage, count: number): Promise<postgres.Sql> {
  if ("url" in target) throw new Error("The bench has a database of its own.");
  const name = `rules_${randomBytes(4).toString("hex")}`;
  await sql.unsafe(`create database ${name}`);
  const opened = open({ ...target, database: name } satisfies Target, { max: 1 });
  await upgrade(opened);
  await opened`
    insert into rules (id, channel, inbound, keyword, folded, action, active)
    select 'rule' || i, 'sms', case i % 3 when 0 then '+44770090000' || i % 10 else '*'
      end, 'word' || i, 'word' || i, 'optOut', true
    from generate_series(1, ${count}::int) i`;
  await opened`vacuum analyze rules`;
  return opened;
}

/** Milliseconds for one match, averaged over many. */
async function time(sql: postgres.Sql): Promise<number> {
  const began = performance.now();
  for (let turn = 0; turn < matches; turn++) {
    const body = bodies[turn % bodies.length] as string;
    await matchRule(sql, { channel: "sms", to: "+447700900001", body });
  }
  return (performance.now() - began) / matches;
}

/** Milliseconds for one match of the most expensive message. */
async function worst(sql: postgres.Sql): Promise<number> {
  const messages = [
    "a ",
    "停",
    "ห",
    "\ufdfa",
    "a\u0301",
    "\u0301",
    "a'",
    "-",
    "\u200b",
    "👍",
    "a.",
    "\u1100\u1161",
  ];
  const costs: number[] = [];
  for (const message of messages.map((part) => part.repeat(100_000 / part.length))) {
    const turns: number[] = [];
    for (let turn = 0; turn < 50; turn++) {
      const began = performance.now();
      await matchRule(sql, { channel: "sms", to: "+447700900001", body: message });
      turns.push(performance.now() - began);
    }
    costs.push(median(turns));
  }
  return Math.max(...costs);
}
