// What Twilio reports of a message that it took: statuses move forward only, and may come more than
// once or out of order.

import { setTimeout as wait } from "node:timers/promises";
import { addressKinds } from "../addresses/channels.ts";
import { normaliseAddress } from "../addresses/normalise.ts";
import type { Sql } from "../database/connect.ts";
import { invalid } from "../errors.ts";
import { setFlag } from "../flags/flags.ts";
import { isMessageSid, readTwilioAddress } from "../inbounds/twilio.ts";
import type { Channel } from "../schemas/channels.ts";
import { optedOutAtCarrier } from "./twilio.ts";

/** A report of one message, by Twilio's id of it; `reason` is Twilio's code where it failed. */
export type StatusReport = {
  providerId: string;
  /** Whom the message was for, where Twilio says it in an address that a profile can have. */
  to: { channel: Channel; address: string } | undefined;
  status: "delivered" | "read" | "failed";
  reason: string | null;
  optedOut: boolean;
};

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

/**
 * Moves the message forward; one that the carrier refused for an opt-out opts the person out,
 * first.
 */
export async function applyTwilioStatus(sql: Sql, report: StatusReport): Promise<void> {
  // A report may arrive before the commit of the message that it reports on.
  const message = (await find(sql, report)) ?? (await wait(1000).then(() => find(sql, report)));
  if (!message) {
    // A message that another system sent through the same account: the carrier's opt-out still
    // counts for the person.
    if (report.optedOut && report.to)
      await optOut(sql, report.to, { providerId: report.providerId });
    return;
  }
  if (report.optedOut && report.to) {
    // Whoever has the number by now: the message's profile may be gone, or have another.
    await optOut(sql, report.to, { message: message.id });
  } else if (report.optedOut && message.hasProfile) {
    await setFlag(sql, {
      profileId: message.profileId,
      optIn: { [message.channel]: false },
      caller: { source: "carrier", actor: { message: message.id } },
      reason: "The carrier says that this address opted out.",
    });
  } else if (report.optedOut) {
    await sql`select opt_out_at_carrier(${message.id})`;
  }
  await sql`
    update messages set status = ${report.status}, reason = ${report.reason}, updated_at = now()
    where id = ${message.id}
      and (status = 'sent' or (status = 'delivered' and ${report.status === "read"}))`;
}

async function optOut(
  sql: Sql,
  { channel, address }: { channel: Channel; address: string },
  actor: Record<string, string>,
): Promise<void> {
  await sql`select opt_out_at_carrier(${channel}, ${address}, ${sql.json(actor)})`;
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

async function find(sql: Sql, { providerId }: StatusReport) {
  const [message] = await sql<
    { id: string; profileId: string; channel: Channel; hasProfile: boolean }[]
  >`
    select m.id, m.profile_id as "profileId", m.channel, p.id is not null as "hasProfile"
    from messages m left join profiles p on p.id = m.profile_id
    where m.provider_id = ${providerId}`;
  return message;
}
