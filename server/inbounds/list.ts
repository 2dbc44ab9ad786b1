// What was received, newest first, with what it did; what waits for a person, oldest first.

import { fromCursor, type Page, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import type { Inbound, InboundQuery } from "../schemas/inbounds.ts";

/**
 * The messages received, newest first; of one channel or one profile, or those that say no and
 * could not be matched, where asked. The likely opt-outs that wait for a person come oldest first.
 */
export async function listInbounds(sql: Sql, query: InboundQuery): Promise<Page<Inbound>> {
  const from = fromCursor(query.cursor, /^\d{1,18}$/);
  const { likely } = query;
  const unmatched = sql`and i.profile_id is null and i.answer is null
    and (i.action = 'optOut' or i.review = 'unmatched')`;
  const inbounds = await sql<Inbound[]>`
    select ${inboundColumns(sql)}, m.id as reply
    from inbounds i left join messages m on m.reply_to = i.id
    where true
      ${from === undefined ? sql`` : likely ? sql`and i.id > ${from}` : sql`and i.id < ${from}`}
      ${likely ? sql`and i.review = 'likely' and i.answer is null` : sql``}
      ${query.matched === undefined ? sql`` : unmatched}
      ${query.channel === undefined ? sql`` : sql`and i.channel = ${query.channel}`}
      ${query.profileId === undefined ? sql`` : sql`and i.profile_id = ${query.profileId}`}
    order by i.id ${likely ? sql`` : sql`desc`}
    limit ${query.limit + 1}`;
  return toPage(inbounds, query.limit, (inbound) => inbound.id);
}

/** An `Inbound` but its reply, of the inbounds `i`. */
export function inboundColumns(sql: Sql) {
  return sql`
    i.id, i.channel, i.sender as "from", i.recipient as "to", i.body, i.message_id as "messageId",
    i.received_at as "receivedAt", i.profile_id as "profileId", i.rule_id as rule, i.action,
    i.session, i.event_id as event, i.review, i.review_reason as "reviewReason", i.answer,
    i.answered_at as "answeredAt"`;
}
