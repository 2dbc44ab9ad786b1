// The graceful stop: take no more requests, finish those in flight, close.

import type { ServerResponse } from "node:http";
import type { createAdaptorServer } from "@hono/node-server";
import type { Logger } from "pino";
import { loggable } from "../loggable.ts";

type Server = ReturnType<typeof createAdaptorServer>;

const patience = 10_000;

/**
 * On SIGTERM or SIGINT finishes what is in flight (at most 10 s) and says with it that the connection ends, runs `close`, and
 * exits; a second signal exits at once.
 */
export function stopOnSignal(server: Server, log: Logger, close: () => Promise<void>): void {
  let stoppingSince = 0;
  const answering = new Set<ServerResponse>();
  server.prependListener("request", (_request: unknown, response: ServerResponse) => {
    if (stoppingSince) return sayLast(response);
    answering.add(response);
    response.once("close", () => answering.delete(response));
  });
  const stop = async (signal: NodeJS.Signals) => {
    if (stoppingSince) {
      // npm passes Ctrl-C on to us, who have had it from the terminal already: that is not a second one.
      if (Date.now() - stoppingSince > 500) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    log.info(`${signal}: stopping`);
    for (const response of answering) sayLast(response);
    await finish(server);
    await close();
    process.exit(0);
  };
  const begin = (signal: NodeJS.Signals) => {
    stop(signal).catch((error) => {
      log.fatal(loggable(error), "could not stop cleanly");
      process.exit(1);
    });
  };
  process.on("SIGTERM", begin);
  process.on("SIGINT", begin);
}

/** A proxy that reads this sends its next request to another server, rather than on a connection that is about to close. */
function sayLast(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

async function finish(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if (!("closeIdleConnections" in server)) return closed;
  // A connection that was busy at the close stays open when its answer is out.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50);
  const giveUp = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearInterval(sweeping);
  clearTimeout(giveUp);
}
