// The sessions of the portal that are open: which there are, and how to end them.

import type { Sql } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import type { ListedSession } from "../schemas/session.ts";
import { type Gate, passwordHashes } from "./sessions.ts";

/** Every session that still opens the portal, newest first; `current` is the id of the caller's. */
export async function listSessions(
  sql: Sql,
  { gate, current }: { gate: Gate; current: string | undefined },
): Promise<ListedSession[]> {
  const hashes = passwordHashes(gate).map((hash) => hash.toString("hex"));
  return sql<ListedSession[]>`
    select id, way, client, user_agent as "userAgent", created_at as "createdAt",
      expires_at as "expiresAt", id is not distinct from ${current ?? null} as current,
      case when key_id is not null then json_build_object('id', key_id, 'name', key_name) end as key
    from live_sessions
    where encode(made_under, 'hex') in (select jsonb_array_elements_text(${sql.json(hashes)}))
    order by created_at desc, id`;
}

/** Ends one session, on every server at once. Throws `not_found`. */
export async function endSessionOf(sql: Sql, id: string): Promise<void> {
  const ended = await sql`delete from sessions where id = ${id} returning id`;
  if (ended.length === 0) throw new Problem("not_found", "There is no session with this id.");
}

/** Ends every session, on every server at once, and every sign-in link that nobody used yet. */
export async function endAllSessions(sql: Sql): Promise<void> {
  await sql`
    with links as (delete from sign_in_links)
    delete from sessions`;
}
