// A message as a transport receives it.

import type { Outgoing } from "../../server/transports/transport.ts";

/** A message to Ada; `over` replaces fields. */
export function outgoing(over: Partial<Outgoing> = {}): Outgoing {
  return {
    id: "4711",
    channel: "sms",
    to: "+447700900123",
    sender: null,
    title: null,
    body: "Hello Ada",
    customBody: null,
    metadata: null,
    requireOptIn: true,
    unsubscribeUrl: null,
    ...over,
  };
}
