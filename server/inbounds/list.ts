// What was received, newest first, with what it did.

import { fromCursor, type Page, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import type { Inbound, InboundQuery } from "../schemas/inbounds.ts";

/** The messages received, newest first; of one channel or one profile, or those that say no
 * and could not be matched, where asked. */
export async function listInbounds(sql: Sql, query: InboundQuery): Promise<Page<Inbound>> {
  const before = fromCursor(query.cursor, /^\d{1,18}$/);
  const inbounds = await sql<Inbound[]>`
    select i.id, i.channel, i.sender as "from", i.recipient as "to", i.body,
      i.message_id as "messageId", i.received_at as "receivedAt", i.profile_id as "profileId",
      i.rule_id as rule, i.action, i.session, i.event_id as event, m.id as reply
    from inbounds i left join messages m on m.reply_to = i.id
    where true
      ${before === undefined ? sql`` : sql`and i.id < ${before}`}
      ${query.channel === undefined ? sql`` : sql`and i.channel = ${query.channel}`}
      ${query.profileId === undefined ? sql`` : sql`and i.profile_id = ${query.profileId}`}
      ${query.matched === undefined ? sql`` : sql`and i.profile_id is null and i.action = 'optOut'`}
    order by i.id desc
    limit ${query.limit + 1}`;
  return toPage(inbounds, query.limit, (inbound) => inbound.id);
}
