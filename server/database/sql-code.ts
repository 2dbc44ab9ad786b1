// SQL functions, views and triggers are code, not history: they stand in the rooms, and are applied
// again whenever the text of any changed.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type postgres from "postgres";
import { CannotStart } from "../env/cannot-start.ts";
import { root } from "../env/root.ts";
import type { Sql } from "./connect.ts";
import { inTurn } from "./in-turn.ts";

/** All SQL code of one version: the text in the order in which it is applied, and its hash. */
export type SqlCode = { version: string; text: string; hash: string };

/** Reads `<room>/*.sql` below a folder, migrations left out, and the version of package.json. */
export async function readSqlCode(folder = join(root, "server")): Promise<SqlCode> {
  const names = await readdir(folder, { recursive: true });
  const paths = names
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".sql") && !name.includes("migrations/"))
    .sort();
  const files = await Promise.all(paths.map((path) => readFile(join(folder, path), "utf8")));
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const hash = createHash("sha256");
  for (const [index, path] of paths.entries()) hash.update(`${path}\0${files[index]}\0`);
  // Functions need no order, as their bodies are checked when they run; triggers and views need
  // them.
  const isFunction = (text: string) => /^create or replace function /m.test(text);
  const ordered = [...files.filter(isFunction), ...files.filter((text) => !isFunction(text))];
  return { version: manifest.version, text: ordered.join("\n"), hash: hash.digest("hex") };
}

/**
 * Gives the database the SQL code of this version, in one transaction, unless it has it already.
 * Servers that boot at once take turns. Throws `CannotStart` where a newer version has been here:
 * its code stays.
 */
export async function applySqlCode(sql: postgres.Sql, code?: SqlCode): Promise<void> {
  const wanted = code ?? (await readSqlCode());
  if (isApplied(await readApplied(sql), wanted)) return;
  await inTurn(sql, async (tx) => {
    if (isApplied(await readApplied(tx), wanted)) return;
    await tx`set local check_function_bodies = off`;
    await tx.unsafe(wanted.text);
    await tx`
      insert into sql_code (version, hash) values (${wanted.version}, ${wanted.hash})
      on conflict (one) do update set
        version = excluded.version, hash = excluded.hash, applied_at = now()
    `;
  });
}

type Applied = { version: string; hash: string } | undefined;

async function readApplied(sql: Sql): Promise<Applied> {
  const [applied] = await sql<{ version: string; hash: string }[]>`
    select version, hash from sql_code
  `;
  return applied;
}

function isApplied(applied: Applied, wanted: SqlCode): boolean {
  if (applied && isOlder(wanted.version, applied.version)) {
    throw new CannotStart(
      `The database was last used by Opt-in Kit ${applied.version}, which is newer than this version (${wanted.version}); start the newer version.`,
    );
  }
  return applied?.version === wanted.version && applied.hash === wanted.hash;
}

/** Compares the numbers of two versions such as 0.2.0; what follows a hyphen does not count. */
function isOlder(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split("-")[0]?.split(".").map(Number) ?? []);
  const at = [0, 1, 2].find((index) => a?.[index] !== b?.[index]);
  return at !== undefined && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}
