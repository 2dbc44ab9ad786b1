// The statuses of messages and their reasons, described for people.

import type { Message } from "../../../../server/schemas/messages.ts";
import { channelNames } from "../../channels.ts";

/** Each status, as a badge. */
export const statuses: Readonly<Record<Message["status"], { name: string; look: string }>> = {
  processing: { name: "On its way", look: "" },
  sent: { name: "Sent", look: "good" },
  delivered: { name: "Delivered", look: "good" },
  read: { name: "Read", look: "good" },
  failed: { name: "Failed", look: "bad" },
  unknown: { name: "Unknown", look: "warn" },
  expired: { name: "Expired", look: "warn" },
  filtered: { name: "Not sent", look: "warn" },
  cancelled: { name: "Cancelled", look: "" },
};

const reasons: Readonly<Record<string, string>> = {
  opted_out: "The person is opted out.",
  no_address: "The person has no address for this.",
  carrier_opted_out: "The carrier has opted this address out.",
  forgotten: "The person asked to be forgotten.",
  profile_deleted: "The profile was deleted before the message was sent.",
  unknown: "It is not known whether it arrived, so it is not sent again.",
  interrupted: "The server stopped while it was sending, so it is not known whether it arrived.",
  "under way": "It ended while it was being handed over.",
  internal: "Something went wrong here. The server's log has more.",
};

/** A reason as it is stored: a code, a reason for each channel, or the transport's own text. */
export function reasonWords(reason: string): string {
  const byChannel = reason.startsWith("{") ? parsed(reason) : undefined;
  if (!byChannel) return reason.split("; then ").map(inWords).join(" · ");
  return Object.entries(byChannel)
    .map(
      ([channel, code]) =>
        `${channelNames[channel as keyof typeof channelNames] ?? channel}: ${reasons[String(code)] ?? code}`,
    )
    .join(" ");
}

function inWords(code: string): string {
  return reasons[code] ?? code;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
