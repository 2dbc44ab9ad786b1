// What is left to do after an upgrade from version 0.3, in the background: the rows of flags that
// only a default set go, batch by batch, while everything works on.

import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { loggable } from "../loggable.ts";

/** How many milliseconds a transaction should take, which locks its profiles for as long. */
const wantedTime = 100;

/** Profiles of one transaction at first, and at most. */
const firstBatch = 100;
const largestBatch = 1_000;

/** Milliseconds before another look, where another server is at it or the database is away. */
const pause = 5_000;

/**
 * Starts the work if there is any left; any number of servers may, and whoever takes it up goes on
 * where it was left. `stop` settles once the batch under way is committed.
 */
export function startSlimming(sql: Sql, log: Logger): { stop(): Promise<void> } {
  return startBatches((size) => slimSome(sql, size), {
    log,
    failed: "old flags wait for the database",
  });
}

/**
 * Works in the background, batch by batch, until `some` answers that there are no more. A batch
 * that fails is logged and tried again.
 */
export function startBatches(
  some: (size: number) => Promise<boolean | null>,
  { log, failed }: { log: Logger; failed: string },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const work = async () => {
    let size = firstBatch;
    while (!signal.aborted) {
      const began = performance.now();
      const more = await some(size).catch((error: Error) => {
        log.warn(loggable(error), failed);
        return null;
      });
      if (more === false) return;
      // Half of the time is for others.
      const took = performance.now() - began;
      size = nextBatch(size, took);
      await wait(more === null ? pause : took, undefined, { signal }).catch(() => {});
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
export async function slimSome(sql: Sql, profiles: number): Promise<boolean | null> {
  const row = await oneRow(sql<[{ more: boolean | null }]>`
    select slim_flags(${profiles}) as more`);
  return row.more;
}

/** How many profiles to take next, where so many took so many milliseconds. */
export function nextBatch(size: number, took: number): number {
  const fitting = Math.round((size * wantedTime) / Math.max(took, 1));
  // A stall of the disk says little about the batch.
  return Math.min(largestBatch, Math.max(10, Math.round(size / 2), Math.min(size * 2, fitting)));
}
