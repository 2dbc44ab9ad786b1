// Messages that wait for a person: likely opt-outs, and opt-outs of nobody known.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { Problem } from "../errors.ts";
import type { Caller } from "../flags/flags.ts";
import type { Inbound, InboundAnswer, InboundsWaiting } from "../schemas/inbounds.ts";
import { inboundColumns } from "./list.ts";

/** How many wait, and since when the oldest does. */
export async function countWaiting(sql: Sql): Promise<InboundsWaiting> {
  return oneRow(sql<[InboundsWaiting]>`
    select count(*) filter (where review = 'likely')::int as likely,
      count(*) filter (where review = 'unmatched')::int as unmatched, min(received_at) as oldest
    from inbounds where review is not null and answer is null`);
}

/**
 * Decides about a message: `optOut` opts its sender out, with the message as the evidence; null
 * lets it wait again. Throws `not_found`, and `wrong_status` where there is nobody to opt out, or
 * the opt-out is done.
 */
export async function answerInbound(
  sql: Sql,
  { id, answer, caller }: { id: string; answer: InboundAnswer | null; caller: Caller },
): Promise<Inbound> {
  const [inbound] = await sql<Inbound[]>`
    select ${inboundColumns(sql)}, (select m.id from messages m where m.reply_to = i.id) as reply
    from answer_inbound(p_id => ${id}, p_answer => ${answer}, p_source => ${caller.source},
      p_actor => ${sql.json(caller.actor)}) i
    where i.id is not null`;
  if (!inbound) throw new Problem("not_found", "No message waits or waited under this id.");
  if (inbound.answer !== answer) {
    const detail =
      inbound.answer === "optOut"
        ? "This person was opted out already, and only the person can take that back."
        : "Nobody has this address, so there is nobody to opt out.";
    throw new Problem("wrong_status", detail);
  }
  return inbound;
}
