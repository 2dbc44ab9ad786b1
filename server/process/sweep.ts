// The work of every minute: delete what has expired (unconfirmed submissions, limits, idempotency
// keys, sessions), find what a clock that was set back left waiting, and count what happened.

import type { Sql } from "../database/connect.ts";
import { countOn } from "../statistics/count.ts";

/**
 * Deletes what has expired, brings messages forward and updates the counts; any server may do it at
 * any time.
 */
export async function sweep(sql: Sql): Promise<void> {
  await sql`
    select end_confirmations(array(select id from confirmations where expires_at < now()))`;
  await sql`delete from limits where ends_at < now()`;
  await sql`delete from held_back where last_at < now() - interval '7 days'`;
  await sql`delete from idempotency_keys where created_at < now() - interval '24 hours'`;
  await sql`delete from sessions where expires_at < now()`;
  await sql`delete from sign_in_links where expires_at < now()`;
  await sql`select bring_forward_messages()`;
  await countOn(sql);
}
