// Twins: two profiles with one phone, in two spellings, which an older version took for two people.

import type { Sql } from "../database/connect.ts";
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
 * Once for each database: whoever opted out by one spelling is out by the other, too. Nobody is
 * merged.
 */
export async function holdTwinsOut(sql: Sql): Promise<void> {
  await sql`
    with first as (
      insert into settings (name, value) values ('twins_held_out', 'true')
      on conflict do nothing
      returning name
    )
    select hold_twins_out() from first`;
}
