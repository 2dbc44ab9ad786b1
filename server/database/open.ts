// The database that the environment names, ready for use: reached, checked, migrated.

import type { Logger } from "pino";
import { CannotStart } from "../env/cannot-start.ts";
import type { Env } from "../env/env.ts";
import { checkDatabase, connect, type Database, type Target } from "./connect.ts";
import { startEmbedded } from "./embedded.ts";
import { upgrade } from "./upgrade.ts";

/** Opens DATABASE_URL, or else the embedded database in the data folder, which ends with `end`. */
export async function openDatabase(env: Env, log: Logger): Promise<Database> {
  const embedded = env.databaseUrl ? undefined : await startEmbedded(env.dataDir, notices(log));
  const database = connectTo(embedded?.target ?? { url: env.databaseUrl ?? "" }, env);
  const end = async () => {
    await database.end();
    await embedded?.stop();
  };
  try {
    await checkDatabase(database.sql);
    await upgrade(database.sql);
    return { ...database, end };
  } catch (error) {
    await end();
    throw error;
  }
}

function connectTo(target: Target, env: Env): Database {
  try {
    return connect(target, { prepare: env.databasePrepare });
  } catch {
    // What the library says may hold the password.
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
