// Pausing, resuming and cancelling a broadcast. The dispatcher asks its status before each
// hand-over.

import { type Sql, transaction } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import type { Broadcast } from "../schemas/broadcasts.ts";
import { noBroadcast, readBroadcast } from "./read.ts";

/** Pauses a broadcast: what has not been handed over waits. Throws `not_found`, `wrong_status`. */
export function pauseBroadcast(sql: Sql, id: string): Promise<Broadcast> {
  return change(sql, { id, from: ["sending"], to: "paused" });
}

/** Resumes a paused broadcast. Throws `not_found`, `wrong_status`. */
export function resumeBroadcast(sql: Sql, id: string): Promise<Broadcast> {
  return change(sql, { id, from: ["paused"], to: "sending" });
}

/**
 * Ends a broadcast: what has not been handed over is cancelled. Throws `not_found`, `wrong_status`.
 */
export function cancelBroadcast(sql: Sql, id: string): Promise<Broadcast> {
  return transaction(sql, async (tx) => {
    await change(tx, { id, from: ["sending", "paused"], to: "cancelled" });
    await tx`
      update messages set status = 'cancelled', updated_at = now() where broadcast_id = ${id}
        and status = 'processing'`;
    return readBroadcast(tx, id);
  });
}

async function change(
  sql: Sql,
  { id, from, to }: { id: string; from: Broadcast["status"][]; to: Broadcast["status"] },
): Promise<Broadcast> {
  const [before] = await sql<{ status: Broadcast["status"]; changed: boolean }[]>`
    with before as (select id, status from broadcasts where id = ${id} for update),
    changed as (
      update broadcasts b set status = ${to}, updated_at = now()
      from before where b.id = before.id and ${sql.json(from)} ? before.status
      returning b.id
    )
    select before.status, exists (select from changed) as changed from before`;
  if (!before) throw noBroadcast();
  if (!before.changed)
    throw new Problem("wrong_status", `The broadcast is ${before.status}; it cannot become ${to}.`);
  return readBroadcast(sql, id);
}
