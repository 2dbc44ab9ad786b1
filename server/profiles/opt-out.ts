// Opting many people out at once.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import type { Caller } from "../flags/flags.ts";
import type { Channel } from "../schemas/channels.ts";
import type { ManyOptedOut } from "../schemas/profiles.ts";

/** Opts people out on these channels in one statement. */
export async function optOutMany(
  sql: Sql,
  wish: { profileIds: string[]; channels: Channel[]; reason?: string | undefined; caller: Caller },
): Promise<ManyOptedOut> {
  const { profileIds, channels, reason, caller } = wish;
  return oneRow(sql<[ManyOptedOut]>`
    select changed, unchanged, missing
    from opt_out_many(p_ids => ${sql.json(profileIds)}, p_channels => ${sql.json(channels)},
      p_source => ${caller.source}, p_actor => ${sql.json(caller.actor)},
      p_reason => ${reason ?? null})`);
}
