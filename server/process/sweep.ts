// What is done every minute: what has had its time goes (submissions that nobody confirmed, limits,
// idempotency keys, sessions), what happened is counted.

import type { Sql } from "../database/connect.ts";
import { countOn } from "../statistics/count.ts";

/** Deletes what has expired, and counts on; any server may do it at any time. */
export async function sweep(sql: Sql): Promise<void> {
  await sql`delete from confirmations where expires_at < now()`;
  await sql`delete from limits where ends_at < now()`;
  await sql`delete from idempotency_keys where created_at < now() - interval '24 hours'`;
  await sql`delete from sessions where expires_at < now()`;
  await sql`delete from sign_in_links where expires_at < now()`;
  await countOn(sql);
}
