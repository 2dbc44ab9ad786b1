// Unsubscribing: links that opt one person out of one channel. They never expire, and outlive every
// SECRET.

import * as v from "valibot";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { type Channel, channel } from "../schemas/channels.ts";
import { profileId } from "../schemas/text.ts";
import { decrypt, encrypt } from "./encryption.ts";
import { unseal } from "./seals.ts";

/** The message that a link stands in: whose it is, and the address that it goes to. */
export type Unsubscription = {
  profileId: string;
  channel: Channel;
  messageId: string;
  address: string;
};

/** What a link says; one of version 0.1 says no address, and not always its message. */
export type OpenedUnsubscription = Pick<Unsubscription, "profileId" | "channel"> & {
  messageId: string | null;
  address: string | null;
};

const purpose = "unsubscribe";
const messageId = v.pipe(v.string(), v.regex(/^[1-9]\d{0,17}$/));
const inside = v.pipe(
  v.union([
    v.strictTuple([channel, profileId]),
    v.strictTuple([channel, profileId, messageId]),
    v.strictTuple([channel, profileId, messageId, v.string()]),
  ]),
  v.transform(
    ([channel, profileId, messageId = null, address = null]): OpenedUnsubscription => ({
      channel,
      profileId,
      messageId,
      address,
    }),
  ),
);

/**
 * The person's own link; null where `publicUrl` is no https address, because nobody could use it
 * safely.
 */
export function unsubscribeUrl(
  { publicUrl, key }: { publicUrl: string; key: string },
  { channel, profileId, messageId, address }: Unsubscription,
): string | null {
  if (!publicUrl.startsWith("https://")) return null;
  const text = [channel, profileId, messageId, address].join("\n");
  return `${publicUrl}/public/unsubscribe/${encrypt([key], purpose, text)}`;
}

/** What a link's token says; undefined where it is not one of ours, whole. */
export function readUnsubscribeToken(key: string, token: string): OpenedUnsubscription | undefined {
  // Version 0.1 sealed its links, in two parts.
  const text = token.includes(".")
    ? unseal([key], purpose, token)?.split("/")
    : decrypt([key], purpose, token)?.split("\n");
  const { success, output } = v.safeParse(inside, text);
  return success ? output : undefined;
}

/**
 * The profile whose preferences a link may lead to; undefined where its address is another person's
 * by now.
 */
export async function findUnsubscriber(
  sql: Sql,
  link: OpenedUnsubscription,
): Promise<string | undefined> {
  const { shown } = await oneRow(
    sql<[{ shown: string | null }]>`select shown from unsubscriber(${sql.json(link)})`,
  );
  return shown ?? undefined;
}

/**
 * Opts out at once, durably: whoever has the address now that the message went to, else whoever has
 * it next; and the person whom the message was for. `shown` is the profile whose preferences the
 * link may lead to. `done` is false where a link of version 0.1, which says no address, is for
 * nobody any more.
 */
export async function unsubscribe(
  sql: Sql,
  link: OpenedUnsubscription,
): Promise<{ done: boolean; shown: string | undefined }> {
  const { done, shown } = await oneRow(
    sql<[{ done: boolean; shown: string | null }]>`
      select done, shown from unsubscribe(${sql.json(link)})`,
  );
  return { done, shown: shown ?? undefined };
}

/** Opts out whom a message was for, by the mail's own way: an address instead of a link. */
export async function unsubscribeFrom(sql: Sql, messageId: string): Promise<void> {
  await sql`
    select unsubscribe(jsonb_build_object('profileId', m.profile_id, 'channel', m.channel,
      'messageId', m.id::text, 'address', null))
    from messages m
    where m.id = ${messageId} and m.channel is not null`;
}
