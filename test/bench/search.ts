// Finding people while typing: among a million and among a thousand, in turns on the same machine.

import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { open, type Target } from "../../server/database/connect.ts";
import { indexes, makeLargeIndexes } from "../../server/database/indexes.ts";
import { upgrade } from "../../server/database/upgrade.ts";
import { listProfiles } from "../../server/profiles/read.ts";
import { median, type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

const few = 1_000;
const many = 1_000_000;
const rounds = 15;
const turns = 20;

/** The typed text, by the kind of search. */
const searches = {
  "one letter, everybody's id": "p",
  "part of an id": "son777",
  "a phone number, everybody's beginning": "+447",
  "a phone number": "+44 7700 000 077",
  "a national number, as far as it is typed": "07700 0000",
  "last digits": "0077",
  "an email address": "p77@one.example",
  "a domain, half of all": "@two.ex",
  "a word, half of all": "gold",
  "two words, nobody's both": "gold silver",
  "words of one person": "badge 77 of",
  "name:value, half of all": "tier:gold",
  "a per cent sign": "%",
  nobody: "nobody has this",
};

/** How much longer a search takes among a million; each kind of search against its own. */
export async function search(stage: Stage): Promise<Row[]> {
  const small = await database(stage, few);
  const large = await database(stage, many);
  const rows: Row[] = [];
  for (const [what, typed] of Object.entries(searches)) {
    for (const sql of [small, large]) await time(sql, typed);
    const measured: { small: number; large: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const first = await time(round % 2 ? large : small, typed);
      const second = await time(round % 2 ? small : large, typed);
      measured.push(round % 2 ? { small: second, large: first } : { small: first, large: second });
    }
    rows.push(
      row({
        what: `search, 1,000,000 people against 1,000: ${what}`,
        ours: median(measured.map((turn) => turn.large)),
        bare: median(measured.map((turn) => turn.small)),
        ratio: median(measured.map((turn) => turn.large / turn.small)),
        atMost: 3,
        unit: " ms",
        digits: 2,
      }),
    );
  }
  await small.end();
  await large.end();
  return rows;
}

/** A database next to the stage's own, with this many people; a search uses no events. */
async function database({ target, sql }: Stage, people: number): Promise<postgres.Sql> {
  if ("url" in target) throw new Error("The bench has a database of its own.");
  const name = `search_${randomBytes(4).toString("hex")}`;
  await sql.unsafe(`create database ${name}`);
  const opened = open({ ...target, database: name } satisfies Target, { max: 1 });
  await upgrade(opened);
  console.log(`Making ${people.toLocaleString("en")} people ...`);
  // Made anew at once when everybody is there: that is quicker.
  for (const { name } of indexes) await opened.unsafe(`drop index ${name}`);
  await opened.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into profiles (id, phone_number, email, properties, began_with, created_at)
      select 'person' || i, '+447700' || lpad(i::text, 7, '0'),
        'p' || i || case i % 2 when 0 then '@two.example' else '@one.example' end,
        jsonb_build_object('tier', case i % 2 when 0 then 'Gold' else 'Silver'
          end, 'badge', 'Badge ' || i || ' of many'), 1,
        now() - i * interval '1 second'
      from generate_series(1, ${people}::int) i`;
  });
  await makeLargeIndexes(opened);
  await opened`vacuum analyze`;
  return opened;
}

/** Milliseconds for one search, averaged over some. */
async function time(sql: postgres.Sql, typed: string): Promise<number> {
  const began = performance.now();
  for (let turn = 0; turn < turns; turn++) await listProfiles(sql, { search: typed, limit: 50 });
  return (performance.now() - began) / turns;
}
