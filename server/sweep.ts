// What has had its time: limits whose window ended, idempotency keys older than 24 hours, sessions.

import type { Sql } from "./database/connect.ts";

/** Deletes what has expired; any server may do it at any time. */
export async function sweep(sql: Sql): Promise<void> {
  await sql`delete from limits where ends_at < now()`;
  await sql`delete from idempotency_keys where created_at < now() - interval '24 hours'`;
  await sql`delete from sessions where expires_at < now()`;
  await sql`delete from sign_in_links where expires_at < now()`;
}
