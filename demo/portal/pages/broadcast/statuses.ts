// Broadcasts, described for people.

import type { Broadcast, Preview } from "../../../../server/schemas/broadcasts.ts";
import type { AddressKind, Channel } from "../../../../server/schemas/channels.ts";
import { addressKinds, channelNames } from "../../channels.ts";

/** The status of a broadcast, as a badge. */
export const statuses: Readonly<Record<Broadcast["status"], { name: string; look: string }>> = {
  sending: { name: "Sending", look: "warn" },
  paused: { name: "Paused", look: "" },
  done: { name: "Done", look: "good" },
  cancelled: { name: "Cancelled", look: "" },
};

/** "1 person", "1,234 people". */
export function people(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? "person" : "people"}`;
}

/** Why some people of an audience do not get a broadcast, described for people. */
export function reasonWords(
  reason: Preview["willNot"][number]["reason"],
  channel: Channel,
): string {
  if (reason === "opted_out") return `Opted out of ${channelNames[channel]}`;
  if (reason === "no_address") return `No ${addressNames[addressKinds[channel]]}`;
  if (reason === "carrier_opted_out") return "Opted out by their carrier";
  if (reason === "forgotten") return "Asked to be forgotten";
  return reason === "unknown" ? "Not among your profiles" : "Listed more than once";
}

/** The audience of a broadcast; for a list, only its length is stored. */
export function audienceWords(audience: Record<string, unknown>): string {
  const { property, equals } = audience;
  if (typeof property === "string") {
    return `People whose ${property} is ${typeof equals === "string" ? `“${equals}”` : JSON.stringify(equals)}`;
  }
  const entries = audience.profileIds ?? audience.addresses ?? audience.csv;
  if (typeof entries === "number") {
    return `A list of ${entries.toLocaleString()} ${entries === 1 ? "entry" : "entries"}`;
  }
  return "Everyone";
}

const addressNames: Readonly<Record<AddressKind, string>> = {
  phoneNumber: "phone number",
  email: "email address",
  fbMessengerId: "Messenger id",
  profileId: "id",
};
