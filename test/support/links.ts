// Links as messages contain them, and as version 0.1 made them.

import type { Sql } from "../../server/database/connect.ts";
import { seal } from "../../server/links/seals.ts";
import type { Unsubscription } from "../../server/links/unsubscribe.ts";
import type { Channel } from "../../server/schemas/channels.ts";

/** The content of the unsubscribe link in a message to a person; records the message as sent. */
export async function sentMessage(
  sql: Sql,
  { profileId, channel = "email" }: { profileId: string; channel?: Channel },
): Promise<Unsubscription> {
  const [message] = await sql<[{ messageId: string; address: string }]>`
    insert into messages (profile_id, channel, require_opt_in, body, status)
    select p.id, c.channel, true, 'Hello', 'sent'
    from profiles p, channels c
    where p.id = ${profileId} and c.channel = ${channel}
    returning id as "messageId", (
      select profile_address(p, c.address_kind) from profiles p, channels c
      where p.id = profile_id and c.channel = messages.channel
    ) as address`;
  return { profileId, channel, ...message };
}

/** An unsubscribe link of version 0.1. */
export function sealedUnsubscribeUrl(
  { publicUrl, key }: { publicUrl: string; key: string },
  { channel, profileId, messageId }: Omit<Unsubscription, "address">,
): string {
  const text = [channel, profileId, messageId].join("/");
  return `${publicUrl}/public/unsubscribe/${seal([key], "unsubscribe", text)}`;
}

/** A token of version 0.1 for preferences, valid for an hour. */
export function sealedToken(secrets: readonly string[], profileId: string): string {
  const now = Math.floor(Date.now() / 1000);
  const text = JSON.stringify([profileId, now, now + 3600, null, {}]);
  return seal(secrets, "link: preferences", text);
}
