// The audience of a broadcast, computed as a set by PostgreSQL; never a loop over profiles.

import type { Sql } from "../database/connect.ts";
import type { Audience } from "../schemas/broadcasts.ts";
import { addressKinds, type Channel } from "../schemas/channels.ts";

/**
 * Everyone of the audience as rows `(given, profile_id, reason)`: what a list said, whose it is,
 * and why that person will not get the broadcast, null where they will. A list stands in
 * `audience_entries` under `list`.
 */
export function judgedAudience(
  sql: Sql,
  { channel, audience, list }: { channel: Channel; audience: Audience; list: string | null },
) {
  return sql`
    select target.given, target.profile_id, case
      when target.profile_id is null then 'unknown'
      when target.duplicate then 'duplicate'
      else why_not(true, coalesce(f.opted_in, (d.opt_in -> ${channel})::boolean), f.source,
        profile_address(p, ${addressKinds[channel]}))
    end as reason
    from (${targets(sql, audience, list)}) target
    left join profiles p on p.id = target.profile_id
    -- As the view \`flags\` has it, which would join every profile once more.
    left join asked_flags f on f.profile_id = p.id and f.channel = ${channel}
    left join defaults d on d.number = p.began_with`;
}

function targets(sql: Sql, audience: Audience, list: string | null) {
  if ("everyone" in audience)
    return sql`select id as given, id as profile_id, false as duplicate from profiles`;
  if ("property" in audience) {
    const wanted = sql.json({ [audience.property]: audience.equals } as never);
    return sql`select id as given, id as profile_id, false as duplicate from profiles
      where properties @> ${wanted}
        and properties -> ${audience.property} = ${wanted} -> ${audience.property}`;
  }
  return sql`
    select given, profile_id,
      row_number() over (partition by profile_id order by position) > 1 as duplicate
    from audience_entries where list = ${list}`;
}
