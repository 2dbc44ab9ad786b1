// May a message go out? The one decision, `why_not` in the migrations, asked by sends, previews,
// can-send and the dispatcher.

import type { Sql } from "../database/connect.ts";
import { noProfile } from "../errors.ts";
import type { Channel } from "../schemas/channels.ts";
import type { CanSend } from "../schemas/messages.ts";

/**
 * Whether a message that needs an opt-in may go out to a profile on a channel, and why: the flag,
 * the event that set it, and the wording that the person saw where a form did. Throws `not_found`.
 */
export async function canSend(
  sql: Sql,
  { profileId, channel }: { profileId: string; channel: Channel },
): Promise<CanSend> {
  const [answer] = await sql<CanSend[]>`
    select
      f.channel,
      why_not(true, f.opted_in, f.source, profile_address(p, c.address_kind)) is null as "canSend",
      why_not(true, f.opted_in, f.source, profile_address(p, c.address_kind)) as reason,
      json_build_object('optedIn', f.opted_in, 'source', f.source, 'since',
        ${isoTime(sql, sql`f.since`)}, 'asked', f.asked, 'actor', f.actor, 'event',
        f.event_id::text, 'reason', e.reason) as flag,
      agreed_wording(f.actor) as wording
    from profiles p
    join flags f on f.profile_id = p.id
    join channels c on c.channel = f.channel
    left join events e on e.profile_id = f.profile_id and e.id = f.event_id
    where p.id = ${profileId} and f.channel = ${channel}`;
  if (!answer) throw noProfile();
  return answer;
}

function isoTime(sql: Sql, time: ReturnType<Sql>) {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
