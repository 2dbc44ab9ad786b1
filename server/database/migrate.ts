// Brings the database to the shape that this code needs.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type postgres from "postgres";
import { CannotStart } from "../env/cannot-start.ts";
import { root } from "../env/root.ts";
import type { Sql } from "./connect.ts";
import { inTurn } from "./in-turn.ts";

type Migration = { number: number; name: string; text: string; hash: string };

type Applied = { number: number; hash: string | null };

const shippedFolder = join(root, "server/database/migrations");

/**
 * Applies what is missing from the folder's `NNNN-name.sql`, in order; servers that boot at once
 * take turns.
 */
export async function migrate(sql: postgres.Sql, folder = shippedFolder): Promise<void> {
  const migrations = await listMigrations(folder);
  const newest = migrations.at(-1)?.number ?? 0;
  for (let last = lastOf(await appliedSoFar(sql), migrations); last !== newest; ) {
    if (last > newest) {
      throw new CannotStart(
        `The database is newer than this version of Opt-in Kit (migration ${last}, known here: ${newest}); start the newer version.`,
      );
    }
    last = await applyNext(sql, migrations);
  }
}

async function appliedSoFar(sql: Sql): Promise<Applied[]> {
  const [table] = await sql<
    { exists: boolean }[]
  >`select to_regclass('migrations') is not null as exists`;
  if (!table?.exists) return [];
  // Early development versions stored no hash and had no such column.
  return sql<
    Applied[]
  >`select number, to_jsonb(m) ->> 'hash' as hash from migrations m order by number`;
}

/**
 * The number of the last one applied, 0 for none. Throws `CannotStart` where one that was applied
 * was another text.
 */
function lastOf(applied: Applied[], migrations: Migration[]): number {
  const changed = applied.find(({ number, hash }) =>
    migrations.some((known) => known.number === number && known.hash !== hash),
  );
  if (changed) {
    throw new CannotStart(
      `The database was made by another version of Opt-in Kit (its migration ${changed.number} is not the one known here). Start that version, or set DATA_DIR or DATABASE_URL to another place.`,
    );
  }
  return applied.at(-1)?.number ?? 0;
}

/** Applies one migration in a transaction of its own and tells how far the database then is. */
async function applyNext(sql: postgres.Sql, migrations: Migration[]): Promise<number> {
  return inTurn(sql, async (transaction) => {
    await transaction`
      create table if not exists migrations (
        number int primary key,
        name text not null,
        hash text,
        applied_at timestamptz not null default now()
      )
    `;
    const last = lastOf(await appliedSoFar(transaction), migrations);
    const next = migrations.find(({ number }) => number > last);
    if (!next) return last;
    await transaction.unsafe(next.text).catch((error: Error & { code?: string }) => {
      const extension = /create extension if not exists (\w+)/.exec(next.text)?.[1];
      if (extension && lacksExtension.has(error.code ?? "")) throw noExtension(extension, error);
      throw new Error(`Migration ${next.number} (${next.name}) failed: ${error.message}`, {
        cause: error,
      });
    });
    await transaction`
      insert into migrations (number, name, hash)
      values (${next.number}, ${next.name}, ${next.hash})`;
    return next.number;
  });
}

/** No right to create it; or its files are not there: not supported, or a file that is missing. */
const lacksExtension = new Set(["42501", "0A000", "58P01"]);

function noExtension(name: string, { message }: Error): CannotStart {
  return new CannotStart(
    `DATABASE_URL: the extension ${name} is needed, which comes with PostgreSQL (some systems have it in the package postgresql-contrib), and cannot be created (${message}). As a user who may, run this in the database, then start again: create extension ${name};`,
  );
}

async function listMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  const migrations = await Promise.all(
    files.map(async (file) => {
      const [, number, name] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
      if (!number || !name) throw new Error(`${file} is not named like 0001-name.sql`);
      const text = await readFile(join(folder, file), "utf8");
      return {
        number: Number(number),
        name,
        text,
        hash: createHash("sha256").update(text).digest("hex"),
      };
    }),
  );
  const numbers = new Set(migrations.map(({ number }) => number));
  if (numbers.size < migrations.length) throw new Error("Two migrations have the same number");
  return migrations;
}
