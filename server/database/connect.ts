// The connections to PostgreSQL: many for what commits, few and pipelined for what reads.

import { join } from "node:path";
import postgres from "postgres";
import { CannotStart } from "../env/cannot-start.ts";

/** What a domain function takes first: the database, or a transaction on it. */
// biome-ignore lint/complexity/noBannedTypes: `{}` is how postgres.js says "no custom types".
export type Sql = postgres.ISql<{}>;

export type Database = {
  /** For what writes, and for transactions (`sql.begin`). */
  sql: postgres.Sql;
  /** For what only reads; fast because queries share a connection, so keep transactions off it. */
  reads: postgres.Sql;
  /** For what may read for seconds, so that it keeps nobody waiting but others of its kind. */
  slowReads: postgres.Sql;
  /** For the dispatchers. */
  dispatch: postgres.Sql;
  /** Waits for the queries under way, at most 1 s, and closes every connection. */
  end(): Promise<void>;
};

/** A URL, or the socket folder, database and user of an embedded server. */
export type Target = { url: string } | { socketFolder: string; database: string; user: string };

/** Opens the pools, of 19 connections at most; nothing connects before the first query. */
export function connect(target: Target, { prepare = true } = {}): Database {
  const sql = open(target, { max: 10, prepare });
  const reads = open(target, { max: 1, prepare });
  const slowReads = open(target, { max: 2, prepare });
  const dispatch = open(target, { max: 6, prepare });
  return {
    sql,
    reads,
    slowReads,
    dispatch,
    async end() {
      await Promise.all([sql, reads, slowReads, dispatch].map((pool) => pool.end({ timeout: 1 })));
    },
  };
}

/** One pool, as this server configures them all. */
// biome-ignore lint/complexity/noBannedTypes: as above.
export function open(target: Target, options: postgres.Options<{}>): postgres.Sql {
  const all = {
    // Array types would be looked up by one more query for each connection: lists travel as JSON.
    fetch_types: false,
    types: { date: isoTime },
    onnotice: () => {},
    connection: { application_name: "opt-in-kit" },
    connect_timeout: 10,
    // Soon back after a database went away, without a storm when it returns.
    backoff: (retries: number) => (0.5 + Math.random() / 2) * Math.min(3 ** retries / 100, 2),
    ...options,
  };
  if ("url" in target) return openUrl(target.url, all);
  const { socketFolder, database, user } = target;
  return postgres({ ...all, path: join(socketFolder, ".s.PGSQL.5432"), database, user });
}

/** `?host=/folder` names a socket's folder, as in every other client of PostgreSQL. */
// biome-ignore lint/complexity/noBannedTypes: as above.
function openUrl(text: string, options: postgres.Options<{}>): postgres.Sql {
  // Several hosts with commas between are no URL to Node.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const folder = url?.searchParams.get("host");
  if (!url || !folder?.startsWith("/")) return postgres(text, options);
  const port = url.searchParams.get("port") ?? (url.port || "5432");
  url.searchParams.delete("host");
  url.searchParams.delete("port");
  return postgres(url.href, { ...options, path: join(folder, `.s.PGSQL.${port}`) });
}

// Times travel as JSON has them: ISO 8601 in UTC.
const isoTime = {
  to: 1184,
  from: [1184],
  serialize: (time: string | Date) => (time instanceof Date ? time.toISOString() : time),
  parse: (text: string) => new Date(text).toISOString(),
};

/** Runs `work` in a transaction: in a new one, or in the one that `sql` already is. */
export async function transaction<Result>(
  sql: Sql,
  work: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  return "begin" in sql ? ((await (sql as postgres.Sql).begin(work)) as Result) : work(sql);
}

/** True where a statement would have made two rows of what must be unique. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === "23505";
}

/** Throws `CannotStart` unless the database answers and can be used. */
export async function checkDatabase(sql: Sql): Promise<void> {
  const [row] = await sql<
    { version: number; versionText: string; encoding: string; readOnly: boolean }[]
  >`
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
    throw new CannotStart(
      `DATABASE_URL: PostgreSQL 14 or newer is needed; this is ${row.versionText}.`,
    );
  }
  if (row.encoding !== "UTF8") {
    throw new CannotStart(
      `DATABASE_URL: the database must be encoded in UTF8; this one is in ${row.encoding}.`,
    );
  }
  if (row.readOnly)
    throw new CannotStart("DATABASE_URL: this is a read-only standby; name the primary.");
}
