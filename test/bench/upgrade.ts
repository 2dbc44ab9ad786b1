// The upgrade of a database of version 0.3 with a million people: how long it takes, how long it
// keeps anybody waiting, and what it gives back.

import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type postgres from "postgres";
import { open, type Target } from "../../server/database/connect.ts";
import { migrate } from "../../server/database/migrate.ts";
import { upgrade as upgradeDatabase } from "../../server/database/upgrade.ts";
import { root } from "../../server/env/root.ts";
import { nextBatch, slimSome } from "../../server/flags/slim-flags.ts";
import { type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

const people = Number(process.env.BENCH_PEOPLE ?? 1_000_000);
/** The last migration of version 0.3. */
const lastOfOld = "0019";

/** Upgrades a database that was made of migrations up to 0019 and SQL alone. */
export async function upgrade({ target, sql }: Stage): Promise<Row[]> {
  if ("url" in target) throw new Error("The bench has a database of its own.");
  const name = `upgrade_${randomBytes(4).toString("hex")}`;
  await sql.unsafe(`create database ${name}`);
  const options = { ...target, database: name } satisfies Target;
  const one = open(options, { max: 1 });
  const other = open(options, { max: 1 });
  await makeOld(one);
  const before = await megabytes(one);
  const first = await seconds(() => upgradeDatabase(one));

  let batches = 0;
  let longest = 0;
  const waits: number[] = [];
  let working = true;
  const change = changing(other, () => working, waits);
  const slimming = await seconds(async () => {
    let more: boolean | null = null;
    let size = 100;
    do {
      const began = performance.now();
      more = await slimSome(one, size);
      const took = performance.now() - began;
      size = nextBatch(size, took);
      longest = Math.max(longest, took / 1000);
      batches++;
    } while (more !== false);
  });
  working = false;
  await change;
  await one`vacuum analyze`;
  const after = await megabytes(one);
  await one`vacuum full asked_flags`;
  const rewritten = await megabytes(one);
  await one.end();
  await other.end();
  waits.sort((a, b) => a - b);
  const p99 = waits[Math.floor(waits.length * 0.99)] ?? 0;
  console.log(`${batches} batches, ${waits.length} flags changed meanwhile.`);
  return [
    row({
      what: "upgrade: migrations and SQL code",
      ours: first,
      unit: " s",
      digits: 2,
    }),
    row({ what: "upgrade: all old rows away", ours: slimming, unit: " s", digits: 1 }),
    row({ what: "  the longest batch", ours: longest * 1000, unit: " ms", atMost: 1000 }),
    row({
      what: "  the longest wait of set_flag",
      ours: waits.at(-1) ?? 0,
      unit: " ms",
      atMost: 1000,
    }),
    row({ what: "  p99 of set_flag", ours: p99, unit: " ms", digits: 1 }),
    row({ what: "  flags and profiles before", ours: before, unit: " MB" }),
    row({ what: "  after, and vacuum", ours: after, unit: " MB" }),
    row({ what: "  after vacuum full of asked_flags", ours: rewritten, unit: " MB" }),
  ];
}

/** People with six flags and six events each; every fourth was asked about SMS. */
async function makeOld(sql: postgres.Sql): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "opt-in-kit-migrations-"));
  const shipped = join(root, "server/database/migrations");
  for (const file of readdirSync(shipped))
    if (file.slice(0, 4) <= lastOfOld) copyFileSync(join(shipped, file), join(folder, file));
  await migrate(sql, folder);
  rmSync(folder, { recursive: true });
  console.log(`Making ${people.toLocaleString("en")} people of version 0.3 ...`);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into profiles (id, phone_number, properties, created_at)
      select md5(n::text), '+4479' || lpad(n::text, 8, '0'),
        jsonb_build_object('name', 'Person ' || n, 'city', 'London'), now() - interval '1 day'
      from generate_series(1, ${people}::int) n`;
    await tx`
      insert into events (profile_id, channel, to_opted_in, source, at, actor)
      select p.id, c.channel, false, 'default', p.created_at, '{}'
      from profiles p cross join channels c`;
    await tx`
      insert into flags (profile_id, channel, opted_in, source, since, actor, event_id)
      select e.profile_id, e.channel, e.channel = 'sms' and e.profile_id < '4',
        case when e.channel = 'sms' and e.profile_id < '4' then 'api' else 'default' end, e.at,
        '{}', e.id
      from events e`;
  });
  await sql`vacuum analyze`;
}

/** Sets flags of anybody, one after the other, and notes the milliseconds that each took. */
async function changing(sql: postgres.Sql, going: () => boolean, waits: number[]): Promise<void> {
  while (going()) {
    const n = 1 + Math.floor(Math.random() * people);
    const took = await seconds(
      () => sql`
        select set_flag(p_profile_id => md5(${n}::text), p_channel => 'rcs', p_opted_in => true,
          p_source => 'api', p_actor => '{}', p_reason => null, p_evidence => null)`,
    );
    waits.push(took * 1000);
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function megabytes(sql: postgres.Sql): Promise<number> {
  const [size] = await sql<[{ bytes: string }]>`
    select sum(pg_total_relation_size(oid)) as bytes from pg_class
    where relname in ('flags', 'asked_flags', 'profiles') and relkind = 'r'`;
  return Number(size.bytes) / 1e6;
}
