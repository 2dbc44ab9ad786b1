// Forgetting a person: what is personal goes, the bare events stay, and the addresses stay opted
// out as keyed hashes.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { noProfile } from "../errors.ts";
import type { Caller } from "../flags/flags.ts";
import type { OpenedLink } from "../links/links.ts";
import { deadLink, requireWhole } from "../links/preferences.ts";

/**
 * Erases a person in one statement: profile, evidence, reasons, texts of messages to and from them,
 * answers that are kept. No import, form or send brings messages to their addresses back; only
 * their own message does, or an opt-in with its evidence. Throws `not_found`.
 */
export async function forgetProfile(
  sql: Sql,
  { id, caller }: { id: string; caller: Caller },
): Promise<void> {
  const done = await oneRow(sql<[{ forgotten: boolean }]>`
    select forget_profile(${id}, ${caller.source}, ${sql.json(caller.actor)}) as forgotten`);
  if (!done.forgotten) throw noProfile();
}

/** Erases the person whose own link it is, on their own wish. Throws `forbidden`, `not_found`. */
export async function forgetByLink(sql: Sql, link: OpenedLink): Promise<void> {
  requireWhole(link);
  const done = await oneRow(sql<[{ forgotten: boolean | null }]>`
    select forget_profile(linked_profile(${sql.json(link)}), 'preferences',
      ${sql.json(link.actor)}) as forgotten`);
  if (!done.forgotten) throw deadLink();
}
