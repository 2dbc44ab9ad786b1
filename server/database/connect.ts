// The connections to PostgreSQL: many for what commits, few and pipelined for what reads.

import postgres from "postgres";
import { CannotStart } from "../cannot-start.ts";

/** What a domain function takes first: the database, or a transaction on it. */
// biome-ignore lint/complexity/noBannedTypes: `{}` is how postgres.js says "no custom types".
export type Sql = postgres.ISql<{}>;

export type Database = {
  /** For what writes, and for transactions (`sql.begin`). */
  sql: postgres.Sql;
  /** For what only reads; fast because queries share a connection, so keep transactions off it. */
  reads: postgres.Sql;
  /** Waits for the queries under way, at most 5 s, and closes every connection. */
  end(): Promise<void>;
};

/** A URL, or the socket folder, database and user of an embedded server. */
export type Target = { url: string } | { socketFolder: string; database: string; user: string };

/** Opens the pools; nothing connects before the first query. */
export function connect(target: Target, { prepare = true } = {}): Database {
  const sql = open(target, { max: 10, prepare });
  const reads = open(target, { max: 2, prepare });
  return {
    sql,
    reads,
    async end() {
      await Promise.all([sql.end({ timeout: 5 }), reads.end({ timeout: 5 })]);
    },
  };
}

/** One pool, as this server configures them all. */
// biome-ignore lint/complexity/noBannedTypes: as above.
export function open(target: Target, options: postgres.Options<{}>): postgres.Sql {
  const all = {
    // Array types would be looked up by one more query for each connection.
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: "opt-in-kit" },
    connect_timeout: 10,
    // Soon back after a database went away, without a storm when it returns.
    backoff: (retries: number) => (0.5 + Math.random() / 2) * Math.min(3 ** retries / 100, 2),
    ...options,
  };
  if ("url" in target) return postgres(target.url, all);
  const { socketFolder, database, user } = target;
  return postgres({ ...all, host: socketFolder, port: 5432, database, user });
}

/** Throws `CannotStart` unless the database answers and can be used. */
export async function checkDatabase(sql: Sql): Promise<void> {
  const [row] = await sql<{ version: number; versionText: string; encoding: string; readOnly: boolean }[]>`
    select
      current_setting('server_version_num')::int as version,
      current_setting('server_version') as "versionText",
      current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as "readOnly"
  `.catch((error: Error & { code?: string }) => {
    const reason = [error.code, error.message].filter(Boolean).join(": ");
    throw new CannotStart(`DATABASE_URL: the database cannot be reached (${reason.trim()}).`);
  });
  if (!row) throw new CannotStart("DATABASE_URL: the database gives no answer.");
  if (row.version < 140_000) {
    throw new CannotStart(`DATABASE_URL: PostgreSQL 14 or newer is needed; this is ${row.versionText}.`);
  }
  if (row.encoding !== "UTF8") {
    throw new CannotStart(
      `DATABASE_URL: the database must be encoded in UTF8; this one is in ${row.encoding}.`,
    );
  }
  if (row.readOnly) throw new CannotStart("DATABASE_URL: this is a read-only standby; name the primary.");
}
