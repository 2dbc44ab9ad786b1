// The secret that signs links: from the environment, or made once and kept with the data.

import { randomBytes } from "node:crypto";
import type { Sql } from "./database/connect.ts";

/** The secret that these servers share, made on the first boot. */
export async function keptSecret(sql: Sql): Promise<string> {
  await sql`
    insert into settings (name, value) values ('secret', ${randomBytes(32).toString("base64url")}) on conflict do nothing`;
  const [row] = await sql<[{ value: string }]>`select value from settings where name = 'secret'`;
  return row.value;
}
