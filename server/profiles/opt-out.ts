// Opting many people out at once.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import type { Caller } from "../flags/flags.ts";
import type { Channel } from "../schemas/channels.ts";
import type { ManyOptedOut } from "../schemas/profiles.ts";

/**
 * Opts people out on these channels in one statement, by profile and channel, the order in which
 * everyone takes their locks.
 */
export async function optOutMany(
  sql: Sql,
  wish: { profileIds: string[]; channels: Channel[]; reason?: string | undefined; caller: Caller },
): Promise<ManyOptedOut> {
  const { profileIds, channels, reason, caller } = wish;
  const done = await oneRow(sql<[ManyOptedOut]>`
    with asked as materialized (
      select distinct value as id from jsonb_array_elements_text(${sql.json(profileIds)})
    ), locked as materialized (
      select f.profile_id, f.channel
      from flags f
      where f.profile_id in (select id from asked)
        and f.channel in (select jsonb_array_elements_text(${sql.json(channels)}))
      order by f.profile_id, f.channel
      for update
    ), changed as materialized (
      select profile_id,
        set_flag(
          p_profile_id => profile_id, p_channel => channel, p_opted_in => false,
          p_source => ${caller.source}, p_actor => ${sql.json(caller.actor)},
          p_reason => ${reason ?? null}, p_evidence => null) as event
      from (select profile_id, channel from locked order by profile_id, channel) l
    )
    select
      (select count(distinct profile_id) from changed where event is not null)::int as changed,
      (select count(distinct profile_id) from locked)::int
        - (select count(distinct profile_id) from changed
          where event is not null)::int as unchanged,
      (select coalesce(json_agg(id order by id), '[]') from asked
        where id not in (select profile_id from locked)) as missing`);
  return done;
}
