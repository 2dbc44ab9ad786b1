// The outbox: messages are kept and shown, and sent nowhere.

import type { Transport } from "./transport.ts";

/** What it takes at once: nothing leaves the house, so only the size of a batch is bounded. */
const atOnce = 500;

/** Takes every message and sends none. */
export function outbox(): Transport {
  return {
    name: "outbox",
    repeatable: true,
    free: () => atOnce,
    begin: async () => ({ status: "sent" }),
    close: async () => {},
  };
}
