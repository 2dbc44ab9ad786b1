// The database that the environment names, ready for use: reached, checked, migrated.

import type { Logger } from "pino";
import { CannotStart } from "../env/cannot-start.ts";
import type { Env } from "../env/env.ts";
import { checkDatabase, connect, type Database, open, type Target } from "./connect.ts";
import { startEmbedded } from "./embedded.ts";
import { upgrade } from "./upgrade.ts";

/** Opens DATABASE_URL, or else the embedded database in the data folder, which ends with `end`. */
export async function openDatabase(env: Env, log: Logger): Promise<Database> {
  const embedded = env.databaseUrl ? undefined : await startEmbedded(env.dataDir, notices(log));
  const target = embedded?.target ?? { url: env.databaseUrl ?? "" };
  try {
    await prepareDatabase(target);
    const database = await connectWithin(target, env, log);
    const end = async () => {
      await database.end();
      await embedded?.stop();
    };
    return { ...database, end };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Checks and upgrades a database, on a connection that may take as long as a migration needs. */
async function prepareDatabase(target: Target): Promise<void> {
  const sql = readable(() => open(target, { max: 1, prepare: false }));
  try {
    await checkDatabase(sql);
    await upgrade(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Opens the pools with their time limits, or without where a pooler refuses such settings. */
async function connectWithin(target: Target, env: Env, log: Logger): Promise<Database> {
  const prepare = env.databasePrepare;
  const database = connect(target, { prepare });
  try {
    await database.reads`select`;
    return database;
  } catch (error) {
    await database.end();
    if ((error as { code?: string }).code !== "08P01") throw error;
    log.warn(
      "The pooler before the database takes no time limits, so a server that hangs can keep " +
        "others waiting. Give them to the database's user: see PgBouncer in docs/operating.md.",
    );
    return connect(target, { prepare, limited: false });
  }
}

function readable<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch {
    // The library's message may contain the password.
    throw new CannotStart(
      "DATABASE_URL cannot be read; it must be like postgres://user:password@host:5432/database.",
    );
  }
}

function notices(log: Logger) {
  return {
    onRestart: () => log.error("the embedded database went away: taking it up again"),
    onLost: (error: unknown) => {
      log.fatal(`the embedded database is lost: ${(error as Error).message}`);
      process.exit(1);
    },
  };
}
