// The connections to PostgreSQL: many for what commits, few and pipelined for what reads.

import { join } from "node:path";
import postgres from "postgres";
import { CannotStart } from "../env/cannot-start.ts";
import { moveLockWaits } from "./lock-waits.ts";
import { socketsThatEnd } from "./sockets.ts";

/** What a domain function takes first: the database, or a transaction on it. */
// biome-ignore lint/complexity/noBannedTypes: `{}` is how postgres.js says "no custom types".
export type Sql = postgres.ISql<{}>;

/**
 * The pools, each for one kind of work, so that no kind keeps another waiting:
 * - whatever a request changes for one person: `sql`;
 * - what a request reads by a key, along an index or as a short list: `reads`;
 * - what may read for seconds or more (searches, lists with a filter that no index serves,
 *   statistics, previews, exports, copies): `slowReads`;
 * - what may write for seconds or more (imports, batches, broadcasts, sweeping): `slowWrites`;
 * - what the dispatchers do: `dispatch`.
 *
 * A GET takes nothing from `sql`, so reading stays possible while all that writes waits. Broadcasts
 * are the exception: what counts a million messages would hold up `reads`, and may not wait for a
 * preview.
 */
export type Database = {
  /** How to connect, for those who open connections of their own. */
  connection: Connection;
  /**
   * For what writes, and for transactions (`sql.begin`). What waits for a lock is moved to
   * connections of its own, so a transaction's function may be called twice.
   */
  sql: postgres.Sql;
  /** For what only reads; fast because queries share a connection, so keep transactions off it. */
  reads: postgres.Sql;
  slowReads: postgres.Sql;
  slowWrites: postgres.Sql;
  dispatch: postgres.Sql;
  /** Waits for the queries under way, at most 1 s, and closes every connection. */
  end(): Promise<void>;
};

/** A URL, or the socket folder, database and user of an embedded server. */
export type Target = { url: string } | { socketFolder: string; database: string; user: string };

/** What `connect` takes. */
export type Connection = {
  target: Target;
  /** Whether statements are prepared, which some poolers do not bear. */
  prepare: boolean;
  /** Whether statements are limited in time, which some poolers refuse. */
  limited: boolean;
};

/** In milliseconds: how long a statement of a pool may run, and how long it may wait for a lock. */
type Limits = { statement: number; lock: number };

const limitsOf = {
  sql: { statement: 8_000, lock: 100 },
  waiting: { statement: 8_000, lock: 7_000 },
  reads: { statement: 8_000, lock: 7_000 },
  slow: { statement: 600_000, lock: 7_000 },
  dispatch: { statement: 30_000, lock: 7_000 },
} satisfies Record<string, Limits>;

/**
 * Opens the pools, of 26 connections at most; nothing connects before the first query. Without
 * `limited` no statement is limited in time: for a pooler that takes no such settings.
 */
export function connect(target: Target, { prepare = true, limited = true } = {}): Database {
  const pool = (max: number, limits: Limits) =>
    open(target, { max, prepare, ...(limited ? timeLimits(target, limits) : {}) });
  const writes = pool(10, limitsOf.sql);
  const waiting = pool(4, limitsOf.waiting);
  const reads = pool(1, limitsOf.reads);
  const slowReads = pool(2, limitsOf.slow);
  const slowWrites = pool(3, limitsOf.slow);
  const dispatch = pool(6, limitsOf.dispatch);
  const pools = [writes, waiting, reads, slowReads, slowWrites, dispatch];
  return {
    connection: { target, prepare, limited },
    sql: moveLockWaits(writes, waiting),
    reads,
    slowReads,
    slowWrites,
    dispatch,
    async end() {
      await Promise.all(pools.map((pool) => pool.end({ timeout: 1 })));
    },
  };
}

/**
 * Keeps a server that hangs, or whose network vanished, from making others wait: PostgreSQL ends
 * its statements, its idle transactions (after 5 s) and its dead connections, and so do we.
 */
// biome-ignore lint/complexity/noBannedTypes: as below.
function timeLimits(target: Target, { statement, lock }: Limits): postgres.Options<{}> {
  const limits = {
    connection: {
      application_name: "opt-in-kit",
      statement_timeout: statement,
      lock_timeout: lock,
      idle_in_transaction_session_timeout: 5_000,
      tcp_keepalives_idle: 5,
      tcp_keepalives_interval: 2,
      tcp_keepalives_count: 3,
      tcp_user_timeout: 10_000,
    },
    keep_alive: 5,
    connect_timeout: 5,
  };
  // The library itself goes from host to host where the URL names several.
  const severalHosts = "url" in target && /^\w+:\/\/[^/?]*,/.test(target.url);
  return severalHosts ? limits : { ...limits, ...{ socket: socketsThatEnd(statement + 500) } };
}

/** One pool, as this server configures them all. */
// biome-ignore lint/complexity/noBannedTypes: as above.
export function open(target: Target, options: postgres.Options<{}>): postgres.Sql {
  const all = {
    // Fetching array types would cost one more query per connection; lists travel as JSON instead.
    fetch_types: false,
    types: { date: isoTime },
    onnotice: () => {},
    connection: { application_name: "opt-in-kit" },
    connect_timeout: 10,
    // Reconnect soon after an outage, without a storm of connections when the database returns.
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
  // Node does not accept several hosts separated by commas as a URL.
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

/** True for a violated unique constraint. */
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
