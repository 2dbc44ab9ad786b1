// What is wrong with a broadcast before it is sent.

import { PortalProblem } from "../../api.ts";
import { type Complaints, complaintsOf, noComplaints } from "../../parts/fields.ts";
import type { Draft } from "./draft.ts";

/** What is missing or impossible, checked before the server is asked. */
export function missingIn({ name, body, rate }: Draft, hasAudience: boolean): Complaints {
  const at = {
    ...(name.trim() === "" ? { name: "Write a few words that you will recognise later." } : {}),
    ...(body.trim() === "" ? { body: "Write the message that people will read." } : {}),
    ...(/^\d*$/.test(rate.trim()) ? {} : { rate: "A whole number, such as 20." }),
  };
  const whole = hasAudience ? undefined : "Choose who should get it.";
  return whole === undefined && Object.keys(at).length === 0 ? noComplaints : { whole, at };
}

/**
 * What the server says; a key that was used before means that an answer was lost, not a message.
 */
export function sendingComplaints(error: unknown): Complaints {
  if (error instanceof PortalProblem && error.code === "idempotency_key_reused") {
    return {
      whole: "This was already sent, without your last changes. You can find it under Broadcast.",
      at: {},
    };
  }
  return complaintsOf(error, ["name", "title", "body", "rate"]);
}
