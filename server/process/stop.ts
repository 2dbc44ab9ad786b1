// The graceful stop: take no more requests, finish those in flight, close.

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { createAdaptorServer } from "@hono/node-server";
import type { Logger } from "pino";
import { loggable } from "../loggable.ts";

type Server = ReturnType<typeof createAdaptorServer>;

type Steps = {
  /** What ends while requests are still being finished. */
  alongside: () => Promise<void>;
  /** What ends when no request is left. */
  afterwards: () => Promise<void>;
};

/** `docker stop` kills after 10 s, in which the database has to end, too. */
const patience = 4_000;

/**
 * On SIGTERM or SIGINT finishes what is in flight (at most 4 s) and says with it that the
 * connection ends, runs the steps, and exits; a second signal exits at once. A connection on which
 * no request is in flight ends at once.
 */
export function stopOnSignal(server: Server, log: Logger, steps: Steps): void {
  let stoppingSince = 0;
  const answering = new Set<ServerResponse>();
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    if (stoppingSince) return socket.destroy();
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.prependListener("request", (_request: unknown, response: ServerResponse) => {
    if (stoppingSince) return sayLast(response);
    answering.add(response);
    response.once("close", () => answering.delete(response));
  });
  const stop = async (signal: NodeJS.Signals) => {
    if (stoppingSince) {
      // npm forwards a Ctrl-C that the terminal has already sent us: do not count it twice.
      if (Date.now() - stoppingSince > 500) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    log.info(`${signal}: stopping`);
    const busy = new Set([...answering].map(({ socket }) => socket));
    for (const response of answering) sayLast(response);
    // To Node a connection is idle only after a first request: one that never sent any would stay.
    for (const socket of connections) if (!busy.has(socket)) socket.destroy();
    await Promise.all([finish(server), steps.alongside()]);
    await steps.afterwards();
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

/**
 * A proxy that reads this sends its next request to another server, rather than on a connection
 * that is about to close.
 */
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
