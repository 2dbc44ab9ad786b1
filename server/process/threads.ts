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
const maxTime = 300_000;
/** Large requests that are read, waiting or worked on at a time. */
const maxRequests = 6;

/** Prepares the threads; `poke` is called after one has queued messages. */
export function openThreads(
  settings: ThreadSettings,
  poke: () => void,
  log: Logger,
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
  // A thread may fail between two tasks, also while it starts: nobody else would hear of it.
  pool.on("error", (error: Error) => log.error(loggable(error), "a thread failed"));
  const turns = turnsOf(maxThreads);
  let requests = 0;
  return {
    async answer(read) {
      if (requests >= maxRequests) throw busy();
      requests++;
      let signal: AbortSignal | undefined;
      try {
        const request = await read();
        await turns.take();
        signal = AbortSignal.timeout(maxTime);
        const transferList = [request.body.buffer];
        const { poked, ...answer }: ThreadAnswer = await pool
          .run(request, { transferList, signal })
          .finally(turns.give);
        if (poked) poke();
        return answer;
      } catch (error) {
        const { code } = error as { code?: unknown };
        throw signal?.aborted || code === "ERR_WORKER_OUT_OF_MEMORY" ? heavy() : error;
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

function heavy(): Problem {
  return new Problem(
    "too_large",
    "This takes more memory or time than one request is given. Send it in smaller parts.",
  );
}

/** Beside this file where the server runs from its sources. */
function entry(): string {
  return import.meta.url.endsWith(".ts")
    ? fileURLToPath(new URL("thread.ts", import.meta.url))
    : join(root, "dist/server/thread.js");
}
