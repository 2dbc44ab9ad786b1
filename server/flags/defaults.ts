// The defaults: the flag that a new profile starts with on each channel. They are numbered, and a
// profile remembers its number, so changing one changes no profile.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import type { EveryOptIn, OptIn } from "../schemas/flags.ts";
import type { Caller } from "./flags.ts";

/** The default of every channel. */
export async function readDefaults(sql: Sql): Promise<EveryOptIn> {
  const row = await oneRow(sql<[{ defaults: EveryOptIn }]>`
    select opt_in as defaults from defaults order by number desc limit 1`);
  return row.defaults;
}

/** Sets the defaults of the channels named and answers all of them. */
export async function setDefaults(
  sql: Sql,
  { optIn, actor }: { optIn: OptIn; actor: Caller["actor"] },
): Promise<EveryOptIn> {
  const row = await oneRow(sql<[{ defaults: EveryOptIn }]>`
    select set_defaults(${sql.json(optIn)}, ${sql.json(actor)}) as defaults`);
  return row.defaults;
}
