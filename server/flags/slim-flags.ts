// What is left to do after an upgrade from version 0.3, in the background: the rows of flags that
// only a default set go, batch by batch, while everything works on.

import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { loggable } from "../loggable.ts";

/** Profiles of one transaction, which locks them for some 50 ms. */
const batchSize = 1_000;

/** Milliseconds before another look, where another server is at it or the database is away. */
const pause = 5_000;

/**
 * Starts the work if there is any left; any number of servers may, and whoever takes it up goes on
 * where it was left. `stop` settles once the batch under way is committed.
 */
export function startSlimming(sql: Sql, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async () => {
    while (!signal.aborted) {
      const began = performance.now();
      const more = await slimSome(sql).catch((error: Error) => {
        log.warn(loggable(error), "old flags wait for the database");
        return null;
      });
      if (more === false) return;
      // Half of the time is for others.
      const rest = more === null ? pause : performance.now() - began;
      await wait(rest, undefined, { signal }).catch(() => {});
    }
  };
  const working = work();
  return {
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

/** One batch; answers whether there are more, null where it cannot go on just now. */
export async function slimSome(sql: Sql, profiles = batchSize): Promise<boolean | null> {
  const row = await oneRow(sql<[{ more: boolean | null }]>`
    select slim_flags(${profiles}) as more`);
  return row.more;
}
