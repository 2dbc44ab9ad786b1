// The keys that the servers make once and keep with the data.

import { randomBytes } from "node:crypto";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";

/**
 * What a kept key is for: `secret` signs links where the environment names no SECRET,
 * `unsubscribe_key` seals links for good.
 */
export type KeptKey = "secret" | "unsubscribe_key";

/** The key that all servers on this database share for a purpose, made on the first use. */
export async function keptKey(sql: Sql, name: KeptKey): Promise<string> {
  const made = randomBytes(32).toString("base64url");
  await sql`insert into settings (name, value) values (${name}, ${made}) on conflict do nothing`;
  const row = await oneRow(
    sql<[{ value: string }]>`select value from settings where name = ${name}`,
  );
  return row.value;
}
