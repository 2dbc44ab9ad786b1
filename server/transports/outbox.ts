// The outbox: messages are kept and shown as the person would read them, and sent nowhere.

import type { InDatabase } from "./transport.ts";

/** Takes every message, however many there are at once. */
export function outbox(): InDatabase {
  return { name: "outbox", inDatabase: true };
}
