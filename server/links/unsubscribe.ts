// Unsubscribing: links that opt one person out of one channel. They never expire, and outlive every
// SECRET.

import * as v from "valibot";
import type { Sql } from "../database/connect.ts";
import { setFlag } from "../flags/flags.ts";
import { type Channel, channel } from "../schemas/channels.ts";
import { profileId } from "../schemas/text.ts";
import { seal, unseal } from "./seals.ts";

/** Whose link it is, for which channel, and the message that it came with. */
export type Unsubscription = { profileId: string; channel: Channel; messageId: string | null };

const purpose = "unsubscribe";
const inside = v.union([
  v.pipe(
    v.strictTuple([channel, profileId]),
    v.transform(([channel, profileId]) => ({ channel, profileId, messageId: null })),
  ),
  v.pipe(
    v.strictTuple([channel, profileId, v.pipe(v.string(), v.regex(/^[1-9]\d{0,17}$/))]),
    v.transform(([channel, profileId, messageId]) => ({ channel, profileId, messageId })),
  ),
]);

/**
 * The person's own link; null where `publicUrl` is no https address, because nobody could use it
 * safely.
 */
export function unsubscribeUrl(
  { publicUrl, key }: { publicUrl: string; key: string },
  { channel, profileId, messageId }: Unsubscription,
): string | null {
  if (!publicUrl.startsWith("https://")) return null;
  const text = [channel, profileId, ...(messageId === null ? [] : [messageId])].join("/");
  return `${publicUrl}/public/unsubscribe/${seal([key], purpose, text)}`;
}

/** What a link's token says; undefined where it is not one of ours, whole. */
export function readUnsubscribeToken(key: string, token: string): Unsubscription | undefined {
  const { success, output } = v.safeParse(inside, unseal([key], purpose, token)?.split("/"));
  return success ? output : undefined;
}

/**
 * The id of the profile that a link is for by now, when it was merged into another; undefined where
 * it is nobody's any more.
 */
export async function findUnsubscriber(
  sql: Sql,
  wish: Unsubscription,
): Promise<string | undefined> {
  return (await findFlag(sql, wish))?.profileId;
}

/**
 * Opts the person out at once, durably; a profile that was merged into another is found by the
 * message. Gives the profile's id, undefined where the person is nobody's profile any more, so that
 * nothing can be sent.
 */
export async function unsubscribe(sql: Sql, wish: Unsubscription): Promise<string | undefined> {
  const flag = await findFlag(sql, wish);
  // An opt-out by the carrier stays the carrier's.
  if (!flag || flag.settled) return flag?.profileId;
  const { channel, messageId } = wish;
  await setFlag(sql, {
    profileId: flag.profileId,
    optIn: { [channel]: false },
    caller: { source: "unsubscribe", actor: messageId === null ? {} : { message: messageId } },
  });
  return flag.profileId;
}

async function findFlag(sql: Sql, { profileId, channel, messageId }: Unsubscription) {
  const [flag] = await sql<{ profileId: string; settled: boolean }[]>`
    select f.profile_id as "profileId", not f.opted_in
      and f.source in ('unsubscribe', 'carrier') as settled
    from flags f
    where f.channel = ${channel}
      and f.profile_id in (${profileId}, (select profile_id from messages where id = ${messageId}))
    order by f.profile_id = ${profileId} desc
    limit 1`;
  return flag;
}
