// Twins: two profiles with one phone, in two spellings, which an older version took for two people.

import type { Logger } from "pino";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { startBatches } from "../flags/slim-flags.ts";
import type { Profile } from "../schemas/profiles.ts";

/** Profiles that have a twin, at most `limit`, those of one phone beside each other. */
export async function listTwins(sql: Sql, limit: number): Promise<Profile[]> {
  return sql<Profile[]>`
    select p.id, p."phoneNumber", p.email, p."fbMessengerId", p.properties, p."optIn",
      p."createdAt", p."updatedAt"
    from twins() t join shown_profiles p on p.id = t.id
    order by t.key, p."createdAt", p.id
    limit ${limit}`;
}

/**
 * Once for each database, in the background: whoever opted out by one spelling is out by the other,
 * too. Nobody is merged.
 */
export function startHoldingTwins(sql: Sql, log: Logger): { stop(): Promise<void> } {
  return startBatches((size) => holdSomeTwins(sql, size), {
    log,
    failed: "twins wait for the database",
  });
}

/** One batch; answers whether there are more, null where another server is at it. */
export async function holdSomeTwins(sql: Sql, profiles: number): Promise<boolean | null> {
  const row = await oneRow(sql<[{ more: boolean | null }]>`
    select hold_twins_out(${profiles}) as more`);
  return row.more;
}
