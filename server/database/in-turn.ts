// Changing the shape of a database that other servers use: one server at a time.

import { setTimeout as wait } from "node:timers/promises";
import type postgres from "postgres";
import type { Sql } from "./connect.ts";

const maxTries = 40;

/**
 * Runs `work` in a transaction, after that of any other server that does the same. Rather than have
 * requests queue behind it while it waits for a table, it gives up after 2 s and tries again, for
 * 100 s at most.
 */
export async function inTurn<Result>(
  sql: postgres.Sql,
  work: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      const done = await sql.begin(async (tx) => {
        // A lock of the transaction, not of the session, holds behind a transaction pooler too.
        await tx`select pg_advisory_xact_lock(7218431905)`;
        await tx`set local lock_timeout = '2s'`;
        return work(tx);
      });
      return done as Result;
    } catch (error) {
      if (!isBusy(error) || tries === maxTries) throw error;
      await wait(500);
    }
  }
}

/** A deadlock, or a lock that was not to be had in time. */
function isBusy(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return /^(40P01|55P03)$/.test(code ?? cause?.code ?? "");
}
