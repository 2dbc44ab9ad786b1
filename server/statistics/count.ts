// Incremental counting: adds what happened since the last time to the counts.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";

/** Counts all that can be counted now, a part at a time; any server may do it at any time. */
export async function countOn(sql: Sql, atOnce = 100_000): Promise<void> {
  // The first round ends where the last one put its fence, the second where the first one did.
  for (const _round of [1, 2]) {
    let more = true;
    while (more) {
      const row = await oneRow(sql<[{ more: boolean }]>`select count_on(${atOnce}) as more`);
      more = row.more;
    }
  }
}
