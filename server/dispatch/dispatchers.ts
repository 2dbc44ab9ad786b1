// One dispatcher for each transport in use.

import type { Logger } from "pino";
import type postgres from "postgres";
import { channels } from "../channels.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Transport } from "../transports/transport.ts";
import type { Unsubscription } from "../unsubscribe.ts";
import { type Dispatcher, startDispatcher } from "./dispatcher.ts";

type Options = {
  sql: postgres.Sql;
  log: Logger;
  /** The way out of each channel; channels may share one. */
  transports: Readonly<Record<Channel, Transport>>;
  unsubscribeUrl: (link: Unsubscription) => string | null;
};

/** Starts dispatching to every transport; the answer serves them as one. */
export function startDispatchers({ transports, ...options }: Options): Dispatcher {
  const dispatchers = [...new Set(Object.values(transports))].map((transport) =>
    startDispatcher({
      ...options,
      transport,
      channels: channels.filter((channel) => transports[channel] === transport),
    }),
  );
  return {
    poke() {
      for (const dispatcher of dispatchers) dispatcher.poke();
    },
    async stop() {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
    },
  };
}
