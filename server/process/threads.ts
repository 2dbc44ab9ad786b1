// The threads that answer large bodies: few, with bounded memory, started when they are needed.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { Piscina } from "piscina";
import type { Connection } from "../database/connect.ts";
import { root } from "../env/root.ts";
import { Problem } from "../errors.ts";
import type { Services } from "../http/services.ts";
import type { Threads, WholeAnswer } from "../http/whole-request.ts";
import { loggable } from "../loggable.ts";

/** What a thread makes its own app of. */
export type ThreadSettings = {
  connection: Connection;
  logLevel: string;
  services: Omit<
    Services,
    "sql" | "reads" | "slowReads" | "slowWrites" | "poke" | "log" | "threads"
  >;
};

export type ThreadAnswer = WholeAnswer & { poked: boolean };

const maxThreads = 2;
/** Longer than the largest list takes, in ms. */
const usualMaxTime = 300_000;
/** Large requests that are read, waiting or worked on at a time. */
const maxRequests = 6;

/**
 * Prepares the threads; `poke` is called after one has queued messages, and one that works longer
 * than `maxTime` ms on a request is ended.
 */
export function openThreads(
  settings: ThreadSettings,
  { poke, log, maxTime = usualMaxTime }: { poke: () => void; log: Logger; maxTime?: number },
): Threads & { end(): Promise<void> } {
  const pool = new Piscina({
    filename: entry(),
    name: "answer",
    workerData: settings,
    minThreads: 0,
    maxThreads,
    idleTimeout: 30_000,
    // A thread that waited for its next task any other way could not look after its connections.
    atomics: "disabled",
    resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 16 },
  });
  // Those that no thread has begun. One that fails as it starts leaves its request in the queue.
  const waiting = new Map<string, AbortController>();
  pool.on("message", (begun: string) => waiting.delete(begun));
  pool.on("error", (error: Error) => {
    log.error(loggable(error), "a thread failed");
    if (pool.queueSize > 0) for (const controller of waiting.values()) controller.abort();
  });
  const turns = turnsOf(maxThreads);
  let requests = 0;
  return {
    async answer(read) {
      if (requests >= maxRequests) throw busy();
      requests++;
      try {
        const request = await read();
        await turns.take();
        const given = new AbortController();
        waiting.set(request.requestId, given);
        const signal = AbortSignal.any([given.signal, AbortSignal.timeout(maxTime)]);
        const transferList = [request.body.buffer];
        const { poked, ...answer }: ThreadAnswer = await pool
          .run(request, { transferList, signal })
          .catch((error: Error) => {
            log.error({ id: request.requestId, ...loggable(error) }, "a thread was lost");
            throw "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY" ? heavy() : lost();
          })
          .finally(() => {
            waiting.delete(request.requestId);
            turns.give();
          });
        if (poked) poke();
        return answer;
      } finally {
        requests--;
      }
    },
    end: () => pool.destroy(),
  };
}

/**
 * Lets so many work at a time. Piscina would leave what waits behind a thread that dies waiting:
 * only a new task starts another thread.
 */
function turnsOf(most: number) {
  const waiting: (() => void)[] = [];
  let working = 0;
  return {
    async take() {
      if (working < most) working++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next) next();
      else working--;
    },
  };
}

function busy(): Problem {
  return new Problem("unavailable", "Other large requests are at work. Try again in a moment.", {
    retryAfter: 5,
  });
}

/** A thread that is lost may have asked the database for a commit. */
function lost(): Problem {
  return new Problem(
    "unavailable",
    "This was given up, because it took too long or what worked on it failed. It may have been " +
      "done: look, or send the same again with the same Idempotency-Key.",
    { retryAfter: 10 },
  );
}

function heavy(): Problem {
  return new Problem(
    "too_large",
    "This takes more memory than one request is given. Look whether it was done; if not, send it " +
      "in smaller parts.",
  );
}

/** Beside this file where the server runs from its sources. */
function entry(): string {
  return import.meta.url.endsWith(".ts")
    ? fileURLToPath(new URL("thread.ts", import.meta.url))
    : join(root, "dist/server/thread.js");
}
