// One dispatcher for each transport in use.

import type { Logger } from "pino";
import type postgres from "postgres";
import { channels } from "../addresses/channels.ts";
import type { Unsubscription } from "../links/unsubscribe.ts";
import type { Channel } from "../schemas/channels.ts";
import type { WayOut } from "../transports/transport.ts";
import { type Dispatcher, startDispatcher } from "./dispatcher.ts";
import { startOutbox } from "./outbox.ts";

type Options = {
  sql: postgres.Sql;
  log: Logger;
  /** The transport of each channel; channels may share one. */
  transports: Readonly<Record<Channel, WayOut>>;
  unsubscribeUrl: (link: Unsubscription) => string | null;
};

/** Starts a dispatcher for every transport; the result controls them as one. */
export function startDispatchers({ transports, ...options }: Options): Dispatcher {
  const dispatchers = [...new Set(Object.values(transports))].map((wayOut) => {
    const served = channels.filter((channel) => transports[channel] === wayOut);
    return wayOut.inDatabase
      ? startOutbox({ ...options, channels: served })
      : startDispatcher({ ...options, channels: served, transport: wayOut });
  });
  return {
    poke() {
      for (const dispatcher of dispatchers) dispatcher.poke();
    },
    async stop() {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
    },
  };
}
