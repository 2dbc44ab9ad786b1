// What an outcome means to its message, and the one that writes it down.

import type { Logger } from "pino";
import type { Sql } from "../database/connect.ts";
import { asProblem } from "../errors.ts";
import { loggable } from "../loggable.ts";
import { storableText } from "../storable.ts";
import type { Outcome } from "../transports/transport.ts";
import { type Ending, end, type Judged } from "./claims.ts";

const maxFailures = 8;

/**
 * Failures that may pass are tried again after growing, jittered waits: about 2, 6, 18 s ... up to
 * an hour.
 */
export function toEnding(message: Judged, outcome: Outcome, repeatable: boolean): Ending {
  const { id, attempts } = message;
  if (outcome.status === "sent") {
    return {
      id,
      attempts,
      status: "sent",
      providerId: outcome.providerId && storableText(outcome.providerId),
    };
  }
  if (outcome.status === "optedOut")
    return { id, attempts, status: "filtered", reason: "carrier_opted_out" };
  const failures = message.failures + 1;
  const reason = storableText(outcome.reason);
  const doubt = outcome.status === "unknown" ? reason : undefined;
  const mayRepeat = outcome.status === "retry" || (doubt !== undefined && repeatable);
  if (!mayRepeat || failures >= maxFailures)
    return { id, attempts, status: "failed", reason: doubt ? undefined : reason, doubt, failures };
  const wait = Math.min(2 * 3 ** (failures - 1), 3600) * (0.75 + Math.random() / 2);
  const dueIn = Math.max(wait, "after" in outcome ? (outcome.after ?? 0) : 0);
  return { id, attempts, status: "processing", reason, doubt, failures, dueIn };
}

/**
 * Records endings in batches as they arrive; retries while the database is away.
 */
export function endingWriter(
  sql: Sql,
  log: Logger,
): { write(ending: Ending): void; flushed(): Promise<void> } {
  let waiting: Ending[] = [];
  let writing: Promise<void> | undefined;
  const work = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await writeAll(batch);
    }
    writing = undefined;
  };
  const writeAll = async (batch: Ending[]): Promise<void> => {
    try {
      await whenThere(() => end(sql, batch), log);
    } catch (error) {
      // One that the database refuses must not keep the others.
      if (batch.length > 1) for (const ending of batch) await writeAll([ending]);
      else log.error(loggable(error as Error), "an outcome could not be kept");
    }
  };
  return {
    write(ending) {
      waiting.push(ending);
      writing ??= Promise.resolve().then(work);
    },
    async flushed() {
      await writing;
    },
  };
}

/** Does `work`, again and again while the database is away. */
export async function whenThere<Result>(work: () => Promise<Result>, log: Logger): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (asProblem(error).code !== "unavailable") throw error;
      log.warn(loggable(error as Error), "outcomes wait for the database");
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
