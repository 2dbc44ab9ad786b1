// A message from a person: the single entry point, whichever provider delivers it.

import * as v from "valibot";
import { keptKey } from "../access/secrets.ts";
import { cleanPhoneNumber } from "../addresses/clean.ts";
import { countryOf } from "../addresses/countries.ts";
import { inboundAddress } from "../addresses/inbound.ts";
import { normaliseAddress } from "../addresses/normalise.ts";
import { readSender } from "../addresses/phone-numbers.ts";
import { type Sql, transaction } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { invalid, Problem } from "../errors.ts";
import type { Caller } from "../flags/flags.ts";
import { unsubscribeFrom } from "../links/unsubscribe.ts";
import {
  isUnsubscribeAddress,
  plainAddress,
  readUnsubscribeAddress,
} from "../links/unsubscribe-address.ts";
import { fillIn } from "../messages/content.ts";
import { type Choice, matchRule } from "../rules/match.ts";
import { type AddressKind, addressKinds, type Channel } from "../schemas/channels.ts";
import type { Source } from "../schemas/flags.ts";
import type { Inbound } from "../schemas/inbounds.ts";
import { profileId } from "../schemas/text.ts";

/** The common form of every provider's messages. */
export type InboundMessage = {
  /** Who delivers it; together with channel and `messageId` it identifies a repeated message. */
  provider: "api" | "portal" | "smtp" | "twilio" | "meta";
  /**
   * The key that hands it in, or the session that simulates it (`portal`), for the event; absent: a
   * provider, known by its signature.
   */
  actor?: Caller["actor"] | undefined;
  channel: Channel;
  from: string;
  to: string;
  body: string;
  /** What of the body the rules read, where that is not all: a mail without what it quotes. */
  said?: string | undefined;
  /**
   * What counts beside the body: what a button stands for, which goes before its title in the
   * person's language, or a mail's subject.
   */
  meant?: { by: "payload" | "subject"; text: string } | undefined;
  /** A program wrote it, such as an out-of-office reply: it is kept, and changes nothing. */
  automatic?: boolean | undefined;
  messageId: string | null;
  /** WhatsApp's id of the sender, which may be all that a later message says of them. */
  whatsAppId?: string | undefined;
  /** The number that the sender has changed to. */
  newNumber?: string | undefined;
  /** What the carrier did with it already; it has replied too. */
  carrier?: "optOut" | "optIn" | "help" | undefined;
};

type Decision = {
  rule: string | null;
  action: Inbound["action"];
  source: Source;
  why: string;
  reply: string | null;
  /** Why a person should look, where nobody was opted out. */
  likely: string | null;
  /** The carrier's block is lifted, whatever the flag is. */
  lifts: boolean;
};

/**
 * Keeps a message, finds or makes its sender's profile, sets the flag and queues the reply, as the
 * rules say, in one transaction. A repeated one (same provider, channel and `messageId`) changes
 * nothing; the answer says what the first did. The reply to a message that an admin simulates stays
 * in the outbox, whatever the channel's way out. Throws `invalid` at `from` or `to`; what a
 * provider hands us is kept instead. Where the sender cannot have a profile, it is kept with what
 * it says and without effect.
 */
export async function receiveMessage(
  sql: Sql,
  message: InboundMessage,
): Promise<{ inbound: Inbound; repeated: boolean }> {
  const { provider, actor = {}, channel, body, messageId } = message;
  const to = findRecipient(message);
  const sender = await byWhatsAppId(sql, message, findSender(message, to));
  const leaves = await unsubscribedFrom(sql, message);
  const { rule, action, source, why, reply, likely, lifts } = leaves
    ? { ...nothing, ...unsubscribed }
    : await decide(sql, { ...message, to });
  const unmatched = sender.kind === null && action === "optOut" ? why : null;
  const receive = (sql: Sql) =>
    oneRow(sql<[Inbound & { repeated: boolean }]>`
    select (r.inbound).id, (r.inbound).channel, (r.inbound).sender as "from",
      (r.inbound).recipient as "to", (r.inbound).body, (r.inbound).message_id as "messageId",
      (r.inbound).received_at as "receivedAt",
      (r.inbound).profile_id as "profileId", (r.inbound).rule_id as rule, (r.inbound).action,
      (r.inbound).session, (r.inbound).event_id as event, r.reply_id as reply,
      (r.inbound).review, (r.inbound).review_reason as "reviewReason", (r.inbound).answer,
      (r.inbound).answered_at as "answeredAt", r.repeated
    from receive_message(
      p_provider => ${provider}, p_channel => ${channel}, p_message_id => ${messageId},
      p_kind => ${sender.kind}, p_sender => ${sender.address}, p_recipient => ${to},
      p_body => ${body}, p_rule_id => ${rule}, p_action => ${action}, p_source => ${source},
      p_reason => ${why}, p_reply => ${reply}, p_lifts => ${lifts},
      p_actor => ${sql.json(leaves ? { ...actor, message: leaves } : actor)},
      p_review_reason => ${likely ?? unmatched}
    ) r`);
  const receiveAndMore = (sql: Sql) =>
    transaction(sql, async (tx) => {
      const received = await receive(tx);
      if (provider === "portal") await fillReply(tx, received);
      if (leaves) await unsubscribeFrom(tx, leaves);
      if (learns && received.profileId !== null) {
        await tx`
          select learn_whats_app_id(${received.profileId}, ${learns}, ${action !== "optIn"})`;
      }
      return received;
    });
  const learns = sender.kind === "phoneNumber" && channel === "whatsApp" && message.whatsAppId;
  const isMore = provider === "portal" || leaves !== undefined || learns;
  const { repeated, ...inbound } = await (isMore ? receiveAndMore(sql) : receive(sql));
  if (message.newNumber && sender.kind === "phoneNumber") {
    const number = readSender(message.newNumber, null);
    if (number) await sql`select move_whats_app_id(${sender.address}, ${number})`;
  }
  return { inbound, repeated };
}

type Sender = { kind: AddressKind | "whatsAppId" | null; address: string };

/** A sender who shows no phone number is whoever was known by the id. */
async function byWhatsAppId(
  sql: Sql,
  { channel, from }: InboundMessage,
  sender: Sender,
): Promise<Sender> {
  const id = /^[A-Z]{2}\.[\w.-]{1,150}$/.exec(from)?.[0];
  if (channel !== "whatsApp" || sender.kind !== null || id === undefined) return sender;
  const [known] = await sql<[{ found: boolean }]>`
    select profile_with('whatsAppId', ${id}) is not null as found`;
  return known?.found ? { kind: "whatsAppId", address: id } : { kind: null, address: id };
}

/** No dispatcher takes the reply of a simulated message: its merge fields are filled in here. */
async function fillReply(tx: Sql, received: Inbound): Promise<void> {
  const [reply] = await tx<{ body: string; profile: Record<string, unknown> }[]>`
    select m.body, p.properties as profile from messages m join profiles p on p.id = m.profile_id
    where m.id = ${received.reply} and m.body like '%{{%'`;
  if (reply) {
    // Nobody gets it, so that nobody needs a link to unsubscribe.
    const body = fillIn(reply.body, { profile: reply.profile, unsubscribeUrl: null });
    await tx`update messages set body = ${body} where id = ${received.reply}`;
  }
}

/** The message whose List-Unsubscribe address a mail came to, where it came to one of ours. */
async function unsubscribedFrom(
  sql: Sql,
  { channel, to }: InboundMessage,
): Promise<string | undefined> {
  if (channel !== "email" || !isUnsubscribeAddress(to)) return undefined;
  return readUnsubscribeAddress(await keptKey(sql, "unsubscribe_key"), to);
}

const unsubscribed = {
  action: "optOut",
  source: "unsubscribe",
  why: "A mail to the address by which a message can be unsubscribed from.",
} as const;

const nothing: Decision = {
  rule: null,
  action: "none",
  source: "rule",
  why: "",
  reply: null,
  likely: null,
  lifts: false,
};

/**
 * What the message does. The carrier's opt-out goes before every rule; its opt-in takes back what
 * the carrier stopped, and beyond that only a rule opts in.
 */
async function decide(sql: Sql, message: InboundMessage): Promise<Decision> {
  const { provider, carrier } = message;
  if (message.automatic) return nothing;
  if (carrier === "optOut") {
    return {
      ...nothing,
      action: "optOut",
      source: "carrier",
      why: "The carrier opted this address out.",
    };
  }
  const { winner, why, likely } = await chooseRule(sql, message);
  const lifts = carrier === "optIn";
  if (!winner) return { ...nothing, likely, lifts };
  const reply = carrier ? null : winner.reply;
  const source = provider === "portal" ? "portal" : "rule";
  return { rule: winner.id, action: winner.action, source, why, reply, likely, lifts };
}

/** What is meant beside the body goes before it, and an opt-out in either before all. */
async function chooseRule(
  sql: Sql,
  { channel, to, body, said = body, meant }: InboundMessage,
): Promise<Choice> {
  const bySaid = await matchRule(sql, { channel, to, body: said });
  if (meant === undefined || bySaid.winner?.action === "optOut") return bySaid;
  const byMeant = await matchRule(sql, { channel, to, body: meant.text });
  const whose = meant.by === "subject" ? "the subject" : "the button's payload";
  if (!byMeant.winner && !byMeant.likely) return bySaid;
  const chosen = { ...byMeant, why: `By ${whose}: ${byMeant.why}` };
  if (!bySaid.likely || chosen.winner?.action === "optOut") return chosen;
  // What may well say no goes before a yes beside it, and waits for a person.
  return chosen.winner?.action === "optIn" ? bySaid : { ...chosen, likely: bySaid.likely };
}

/** `kind` is null where no profile can have the sender's address: a short code, a name. */
function findSender(message: InboundMessage, to: string): Sender {
  const { channel, from } = message;
  const kind = addressKinds[channel];
  if (kind === "phoneNumber") {
    const number = readSender(from, countryOf(to));
    if (number !== undefined) return { kind, address: number };
    const digits = cleanPhoneNumber(from).replace(/[\s().-]/g, "");
    if (/^\+?\d{3,20}$/.test(digits)) return { kind: null, address: digits };
  }
  try {
    const address = normaliseAddress(kind, from, { path: "from" });
    if (kind === "profileId" && !v.is(profileId, address)) {
      throw invalid("from", "1 to 64 of the characters A-Z a-z 0-9 . _ @ -");
    }
    return { kind, address };
  } catch (error) {
    if (isOurs(message) || !(error instanceof Problem)) throw error;
    return { kind: null, address: from };
  }
}

function findRecipient(message: InboundMessage): string {
  const { channel, to } = message;
  try {
    return inboundAddress(channel, plainAddress(to), "to");
  } catch (error) {
    if (isOurs(message) || !(error instanceof Problem)) throw error;
    return to;
  }
}

/** Handed in by our own API, whose caller hears what is wrong; a provider would only try again. */
function isOurs({ provider }: InboundMessage): boolean {
  return provider === "api" || provider === "portal";
}
