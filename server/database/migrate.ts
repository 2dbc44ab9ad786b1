// Brings the database to the shape that this code needs.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type postgres from "postgres";
import { CannotStart } from "../cannot-start.ts";
import { root } from "../root.ts";
import type { Sql } from "./connect.ts";

type Migration = { number: number; name: string };

const shippedFolder = join(root, "server/database/migrations");

/** Applies what is missing from the folder's `NNNN-name.sql`, in order; servers that boot at once take turns. */
export async function migrate(sql: postgres.Sql, folder = shippedFolder): Promise<void> {
  const migrations = await listMigrations(folder);
  const newest = migrations.at(-1)?.number ?? 0;
  for (let applied = await appliedSoFar(sql); applied !== newest; ) {
    if (applied > newest) {
      throw new CannotStart(
        `The database is newer than this version of Opt-in Kit (migration ${applied}, known here: ${newest}); start the newer version.`,
      );
    }
    applied = await applyNext(sql, folder, migrations);
  }
}

async function appliedSoFar(sql: Sql): Promise<number> {
  const [table] = await sql<{ exists: boolean }[]>`select to_regclass('migrations') is not null as exists`;
  if (!table?.exists) return 0;
  const [row] = await sql<{ number: number }[]>`select coalesce(max(number), 0) as number from migrations`;
  return row?.number ?? 0;
}

/** Applies one migration in a transaction of its own and tells how far the database then is. */
async function applyNext(sql: postgres.Sql, folder: string, migrations: Migration[]): Promise<number> {
  return sql.begin(async (transaction) => {
    // A lock of the transaction, not of the session, holds behind a transaction pooler too.
    await transaction`select pg_advisory_xact_lock(7218431905)`;
    await transaction`
      create table if not exists migrations (
        number int primary key,
        name text not null,
        applied_at timestamptz not null default now()
      )
    `;
    const applied = await appliedSoFar(transaction);
    const next = migrations.find(({ number }) => number > applied);
    if (!next) return applied;
    const text = await readFile(
      join(folder, `${String(next.number).padStart(4, "0")}-${next.name}.sql`),
      "utf8",
    );
    await transaction.unsafe(text).catch((error: Error) => {
      throw new Error(`Migration ${next.number} (${next.name}) failed: ${error.message}`, { cause: error });
    });
    await transaction`insert into migrations (number, name) values (${next.number}, ${next.name})`;
    return next.number;
  });
}

async function listMigrations(folder: string): Promise<Migration[]> {
  const migrations = (await readdir(folder))
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => {
      const [, number, name] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
      if (!number || !name) throw new Error(`${file} is not named like 0001-name.sql`);
      return { number: Number(number), name };
    });
  const numbers = new Set(migrations.map(({ number }) => number));
  if (numbers.size < migrations.length) throw new Error("Two migrations have the same number");
  return migrations;
}
