// The outbox: messages are kept and shown, and sent nowhere.

import type { Transport } from "./transport.ts";

/** Takes every message and sends none. */
export function outbox({ connections }: { connections: number }): Transport {
  let busy = 0;
  return {
    name: "outbox",
    repeatable: true,
    free: () => connections - busy,
    async begin() {
      busy += 1;
      await Promise.resolve();
      busy -= 1;
      return { status: "sent" };
    },
    async close() {},
  };
}
