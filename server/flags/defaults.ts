// The defaults: the flag that a new profile starts with on each channel. Changing one changes no
// profile.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import type { EveryOptIn, OptIn } from "../schemas/flags.ts";

/** The default of every channel. */
export async function readDefaults(sql: Sql): Promise<EveryOptIn> {
  const row = await oneRow(sql<[{ defaults: EveryOptIn }]>`
    select json_object_agg(channel, default_opted_in order by position) as defaults from channels`);
  return row.defaults;
}

/** Sets the defaults of the channels named and answers all of them. */
export async function setDefaults(sql: Sql, wanted: OptIn): Promise<EveryOptIn> {
  const row = await oneRow(sql<[{ defaults: EveryOptIn }]>`
    with chosen as (
      insert into settings (name, value) values ('defaults_chosen', now()::text)
      on conflict do nothing
    ), changed as (
      update channels c set default_opted_in = w.value::boolean
      from jsonb_each_text(${sql.json(wanted)}) w
      where c.channel = w.key
      returning c.channel, c.default_opted_in
    )
    select json_object_agg(c.channel, coalesce(n.default_opted_in, c.default_opted_in)
      order by c.position) as defaults
    from channels c left join changed n using (channel)`);
  return row.defaults;
}
