// Twilio's reports of what became of a message that it took.

import { normaliseAddress } from "../addresses/normalise.ts";
import { invalid } from "../errors.ts";
import { addressKinds } from "../schemas/channels.ts";
import { optedOutAtCarrier } from "../transports/twilio.ts";
import type { StatusReport } from "./status-reports.ts";
import { isMessageSid, readTwilioAddress } from "./twilio.ts";

const meanings: Readonly<Record<string, StatusReport["status"]>> = {
  delivered: "delivered",
  read: "read",
  failed: "failed",
  undelivered: "failed",
  canceled: "failed",
};

/**
 * The report inside Twilio's parameters; undefined where it says no more than that the message is
 * on its way. Throws `invalid` for an id that is none of Twilio's.
 */
export function readTwilioStatus(parameters: URLSearchParams): StatusReport | undefined {
  const providerId = parameters.get("MessageSid") ?? "";
  if (!isMessageSid(providerId))
    throw invalid("MessageSid", "This is no id of a message of Twilio's.");
  const said = parameters.get("MessageStatus") ?? "";
  const status = Object.hasOwn(meanings, said) ? meanings[said] : undefined;
  if (!status) return undefined;
  const [code] = /^\d{1,6}$/.exec(parameters.get("ErrorCode") ?? "") ?? [];
  const reason = status === "failed" ? `Twilio ${code ?? said}` : null;
  return {
    providerId,
    to: recipientOf(parameters.get("To") ?? ""),
    status,
    reason,
    optedOut: status === "failed" && code === optedOutAtCarrier,
  };
}

function recipientOf(to: string): StatusReport["to"] {
  const { channel, address } = readTwilioAddress(to);
  if (!channel) return undefined;
  try {
    return { channel, address: normaliseAddress(addressKinds[channel], address, { path: "To" }) };
  } catch {
    // A short code or a name, which no profile has.
    return undefined;
  }
}
