// Deleting a profile. What waits to be sent to it is cancelled. Its ledger stays, and so do its
// opt-outs, as keyed hashes of the addresses.

import { type Sql, transaction } from "../database/connect.ts";
import { noProfile } from "../errors.ts";
import type { AddressKind } from "../schemas/channels.ts";

const everyKind: AddressKind[] = ["phoneNumber", "email", "fbMessengerId", "profileId"];

/**
 * Deletes a profile; whoever gets one of its addresses later starts opted out where this person had
 * opted out. Throws `not_found`.
 */
export async function deleteProfile(sql: Sql, id: string): Promise<void> {
  await transaction(sql, async (tx) => {
    const locked = await tx`select from profiles where id = ${id} for update`;
    if (locked.length === 0) throw noProfile();
    await tx`select keep_opt_outs(${id}, ${tx.json(everyKind)})`;
    await tx`
      update messages set status = 'cancelled', reason = 'profile_deleted', updated_at = now()
      where profile_id = ${id} and status = 'processing'`;
    await tx`select delete_profile(${id})`;
  });
}
