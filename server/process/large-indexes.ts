// Making the indexes of large tables while the server already works.

import type { Logger } from "pino";
import { type Connection, open } from "../database/connect.ts";
import { makeLargeIndexes } from "../database/indexes.ts";
import { loggable } from "../loggable.ts";

const retryAfter = 60_000;

/**
 * Makes the indexes that the boot left out, and tries again each minute until they are there.
 * `stop` leaves one half made: the next server that boots begins it again.
 */
export function startLargeIndexes(connection: Connection, log: Logger): { stop(): Promise<void> } {
  // One connection without limits of time, as making an index takes as long as it takes.
  const sql = open(connection.target, { max: 1, prepare: false });
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const make = async () => {
    try {
      const left = await makeLargeIndexes(sql, (name) =>
        log.info({ index: name }, "making an index: searches are slower until it is there"),
      );
      if (left === 0) return await sql.end();
    } catch (error) {
      if (!stopped)
        log.error(loggable(error as Error), "making an index failed: trying again in a minute");
    }
    if (!stopped) timer = setTimeout(make, retryAfter).unref();
  };
  const first = make();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sql.end({ timeout: 0 });
      await first;
    },
  };
}
