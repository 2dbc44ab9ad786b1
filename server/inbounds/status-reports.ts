// What a provider reports of messages that it took: statuses move forward only, and may come more
// than once or out of order.

import { setTimeout as wait } from "node:timers/promises";
import type { Sql } from "../database/connect.ts";
import { setFlag } from "../flags/flags.ts";
import type { Channel } from "../schemas/channels.ts";

/** A report of one message; `reason` is the provider's code where it failed. */
export type StatusReport = {
  /** The provider's id of it. */
  providerId: string;
  /** Our own id, where the provider hands it back. */
  messageId?: string | undefined;
  /** Whom the message was for, where the report says it in an address that a profile can have. */
  to: { channel: Channel; address: string } | undefined;
  status: "delivered" | "read" | "failed";
  reason: string | null;
  /** The carrier refused it because the person opted out there. */
  optedOut: boolean;
};

type Found = StatusReport & {
  id: string | null;
  profileId: string | null;
  channel: Channel;
  hasProfile: boolean;
  isUnderWay: boolean;
};

/**
 * Moves messages forward; one that the carrier refused for an opt-out opts the person out, first.
 * `awaited`: all of them are ours, so that one which is not there yet is worth a second's wait.
 */
export async function applyReports(
  sql: Sql,
  reports: readonly StatusReport[],
  { awaited = false } = {},
): Promise<void> {
  if (reports.length === 0) return;
  let found = await find(sql, reports);
  // A report may arrive before the commit of the message that it reports on.
  if (found.some(({ id, isUnderWay }) => isUnderWay || (awaited && id === null))) {
    await wait(1000);
    found = await find(sql, reports);
  }
  for (const report of found) if (report.optedOut) await optOut(sql, report);
  const ours = found.flatMap(({ id, status, reason }) => (id ? [{ id, status, reason }] : []));
  if (ours.length === 0) return;
  await sql`
    update messages m set status = report.status, reason = report.reason, updated_at = now()
    from (
      select distinct on (id) id, status, reason
      from jsonb_to_recordset(${sql.json(ours)}) as r (id bigint, status text, reason text)
      order by id, array_position(array['read', 'delivered', 'failed'], status)
    ) report
    where m.id = report.id
      and (m.status = 'sent' or (m.status = 'delivered' and report.status = 'read'))`;
}

async function optOut(sql: Sql, report: Found): Promise<void> {
  const { id, to, providerId, profileId, channel } = report;
  if (to) {
    // Whoever has the number by now: the message's profile may be gone, or have another. It may
    // also be a message that another system sent through the same account.
    const actor = id ? { message: id } : { providerId };
    await sql`select opt_out_at_carrier(${to.channel}, ${to.address}, ${sql.json(actor)})`;
  } else if (id && report.hasProfile) {
    await setFlag(sql, {
      profileId: profileId as string,
      optIn: { [channel]: false },
      caller: { source: "carrier", actor: { message: id } },
      reason: "The carrier says that this address opted out.",
    });
  } else if (id) {
    await sql`select opt_out_at_carrier(${id})`;
  }
}

async function find(sql: Sql, reports: readonly StatusReport[]): Promise<Found[]> {
  const found = await sql<Omit<Found, keyof StatusReport>[]>`
    select m.id, m.profile_id as "profileId", m.channel, p.id is not null as "hasProfile",
      coalesce(m.status = 'processing', false) as "isUnderWay"
    from rows from (
      jsonb_to_recordset(${sql.json(reports as never)}) as ("providerId" text, "messageId" bigint)
    ) with ordinality as r ("providerId", "messageId", number)
    left join lateral (
      select * from messages where id = r."messageId"
      union all
      select * from messages where provider_id = r."providerId" and r."messageId" is null
      limit 1
    ) m on true
    left join profiles p on p.id = m.profile_id
    order by r.number`;
  return found.map((message, index) => ({ ...(reports[index] as StatusReport), ...message }));
}
