// Reading messages: one by its id, or the newest. What asks somebody for a confirmation holds its
// secret: whoever reads the code or link could confirm in that person's place.

import { fromCursor, type Page, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Message, MessageQuery } from "../schemas/messages.ts";

/** The channels on which the reader may see the text of a confirmation while its secret is good. */
export type SecretChannels = readonly Channel[];

/** A message. Throws `not_found`. */
export async function readMessage(
  sql: Sql,
  { id, secrets }: { id: string; secrets: SecretChannels },
): Promise<Message> {
  const [message] = await sql<Message[]>`
    select ${messageColumns(sql, secrets)}
    from messages m left join broadcasts b on b.id = m.broadcast_id
    where m.id = ${id}`;
  if (!message) throw new Problem("not_found", "There is no message with this id.");
  return message;
}

/** The messages that fit every condition given, newest first. */
export async function listMessages(
  sql: Sql,
  { secrets, ...query }: MessageQuery & { secrets: SecretChannels },
): Promise<Page<Message>> {
  const before = fromCursor(query.cursor, /^\d{1,18}$/);
  const conditions = [
    sql`where true`,
    before !== undefined && sql`and m.id < ${before}`,
    query.profileId !== undefined && sql`and m.profile_id = ${query.profileId}`,
    query.channel !== undefined && sql`and m.channel = ${query.channel}`,
    query.broadcast !== undefined && sql`and m.broadcast_id = ${query.broadcast}`,
    query.status !== undefined && sql`and m.status = ${query.status}`,
  ].filter((condition) => condition !== false);
  const messages = await sql<Message[]>`
    select ${messageColumns(sql, secrets)}
    from messages m left join broadcasts b on b.id = m.broadcast_id
    ${conditions}
    order by m.id desc
    limit ${query.limit + 1}`;
  return toPage(messages, query.limit, (message) => message.id);
}

function messageColumns(sql: Sql, secrets: SecretChannels) {
  const shown = sql`(m.confirmation_id is null or ${sql.json([...secrets])} ? m.channel)`;
  // A reason that is no code is in the words of a mail server, which may repeat the mail's link.
  return sql`
    m.id, m.profile_id as "profileId", m.confirmation_id is not null as confirmation, m.channel,
    m.status, case when ${shown} or m.reason ~ '^[a-z_]+$' then m.reason end as reason,
    m.require_opt_in as "requireOptIn", coalesce(m.title, b.title) as title,
    case when ${shown} then coalesce(m.body, b.body) end as body,
    not ${shown} and m.body is not null as hidden, m.metadata, m.broadcast_id as broadcast,
    m.reply_to as inbound, m.attempts, m.expires_on as "expiresOn", m.created_at as "createdAt",
    m.updated_at as "updatedAt"`;
}
