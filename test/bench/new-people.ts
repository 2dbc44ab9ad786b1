// What a new person costs: bytes with all indexes, and time against the fastest SQL that stores the
// same facts.

import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import { open, type Target } from "../../server/database/connect.ts";
import { upgrade } from "../../server/database/upgrade.ts";
import { median, type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

const rounds = 5;
const people = 20_000;

/** Makes people with a number, a name and a city, by turns with bare inserts. */
export async function newPeople({ target, sql }: Stage): Promise<Row[]> {
  if ("url" in target) throw new Error("The bench has a database of its own.");
  const name = `people_${randomBytes(4).toString("hex")}`;
  await sql.unsafe(`create database ${name}`);
  const opened = open({ ...target, database: name } satisfies Target, { max: 1 });
  await upgrade(opened);
  await opened`
    create table bare_people (id text primary key, phone_number text unique, email text,
      properties jsonb, created_at timestamptz, began_with int)`;
  await opened`
    create table bare_events (profile_id text, id bigint generated always as identity, source text,
      at timestamptz, actor jsonb, began_with int, primary key (profile_id, id))`;
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await make(opened, round));
    bare.push(await makeBare(opened, round));
  }
  const [size] = await opened<[{ bytes: number }]>`
    select (sum(pg_total_relation_size(oid)) / ${rounds * people})::int as bytes from pg_class
    where relname in ('profiles', 'asked_flags', 'events', 'profile_properties') and relkind = 'r'`;
  await opened.end();
  return [
    row({ what: "a new person, with every index", ours: size.bytes, unit: " bytes", atMost: 700 }),
    row({
      what: "new people a second, in the database",
      ours: median(ours),
      bare: median(bare),
      atLeast: 0.3,
    }),
  ];
}

const wanted = (sql: postgres.Sql, round: number) => sql`
  select jsonb_agg(jsonb_build_object('id', substr(md5(n::text), 1, 16),
    'phoneNumber', '+4479' || lpad(n::text, 8, '0'),
    'properties', jsonb_build_object('name', 'Ada Example ' || n, 'city', 'London'))) as people
  from generate_series(${round * people}::int, ${(round + 1) * people - 1}::int) n`;

/** People a second, in batches as an import has them. */
async function make(sql: postgres.Sql, round: number): Promise<number> {
  const [row] = await sql<[{ people: object[] }]>`${wanted(sql, round)}`;
  return timed(
    row.people,
    (some) => sql`select count(*) from make_profiles(${sql.json(some as never)})`,
  );
}

async function makeBare(sql: postgres.Sql, round: number): Promise<number> {
  const [row] = await sql<[{ people: object[] }]>`${wanted(sql, round)}`;
  return timed(
    row.people,
    (some) => sql`
      with made as (
        insert into bare_people
        select id, "phoneNumber", email, properties, now(), 1
        from jsonb_to_recordset(${sql.json(some as never)})
          as p (id text, "phoneNumber" text, email text, properties jsonb)
        returning id
      )
      insert into bare_events (profile_id, source, at, actor, began_with)
      select id, 'default', now(), '{}', 1 from made`,
  );
}

async function timed(all: object[], insert: (some: object[]) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let start = 0; start < all.length; start += 1000)
    await insert(all.slice(start, start + 1000));
  return all.length / ((performance.now() - began) / 1000);
}
