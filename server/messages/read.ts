// Reading messages: one by its id, or the newest.

import { fromCursor, type Page, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import type { Message, MessageQuery } from "../schemas/messages.ts";

/** A message. Throws `not_found`. */
export async function readMessage(sql: Sql, id: string): Promise<Message> {
  const [message] = await sql<Message[]>`
    select ${messageColumns(sql)}
    from messages m left join broadcasts b on b.id = m.broadcast_id
    where m.id = ${id}`;
  if (!message) throw new Problem("not_found", "There is no message with this id.");
  return message;
}

/** The messages that fit every condition given, newest first. */
export async function listMessages(sql: Sql, query: MessageQuery): Promise<Page<Message>> {
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
    select ${messageColumns(sql)}
    from messages m left join broadcasts b on b.id = m.broadcast_id
    ${conditions}
    order by m.id desc
    limit ${query.limit + 1}`;
  return toPage(messages, query.limit, (message) => message.id);
}

function messageColumns(sql: Sql) {
  return sql`
    m.id, m.profile_id as "profileId", m.confirmation_id is not null as confirmation, m.channel,
    m.status, m.reason, m.require_opt_in as "requireOptIn", coalesce(m.title, b.title) as title,
    coalesce(m.body, b.body) as body, m.metadata, m.broadcast_id as broadcast,
    m.reply_to as inbound, m.attempts, m.expires_on as "expiresOn", m.created_at as "createdAt",
    m.updated_at as "updatedAt"`;
}
