// What was held back of what forms were asked to send, for those who may let it through.

import type { Sql } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import type { HeldBack, HeldBackKey } from "../schemas/held-back.ts";

/** What was held back in the last seven days, last first, 100 at most. */
export async function listHeldBack(sql: Sql): Promise<HeldBack[]> {
  return sql<HeldBack[]>`
    select h.reason, h.form_id as form, f.description, h.country, h.prefix, h.times, h.since,
      h.last_at as "lastAt"
    from held_back h left join forms f on f.id = h.form_id and f.deleted_at is null
    where h.last_at > now() - interval '7 days'
    order by h.last_at desc, h.reason, h.form_id, h.country, h.prefix
    limit 100`;
}

/**
 * Forgets that something was held back, and begins the count anew that a budget or an unconfirmed
 * prefix was held back by. Throws `not_found`.
 */
export async function liftHeldBack(sql: Sql, key: HeldBackKey): Promise<void> {
  const { reason, form, country, prefix } = key;
  const [{ lifted } = { lifted: false }] = await sql<{ lifted: boolean }[]>`
    select lift_held_back(${reason}, ${form}, ${country}, ${prefix}) as lifted`;
  if (!lifted) throw new Problem("not_found", "Nothing of this kind is held back.");
}
