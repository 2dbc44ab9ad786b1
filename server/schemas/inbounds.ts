// What is valid where messages from people are received and listed.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { moment, page, profileId, storable, text } from "./text.ts";

/** The provider's own id of a message. */
export const messageId = text(500);

/** The id of a message received. */
export const inboundId = v.pipe(v.string(), v.regex(/^\d{1,18}$/, "This is not an id."));

/** What a person wrote; empty where a message was a picture alone. */
export const messageBody = v.pipe(storable, v.maxLength(200_000, "At most 200,000 characters."));

/** The same from a gateway, which may hand on UCS-2 with the NUL of each character. */
const receivedBody = v.pipe(
  v.string("This must be text."),
  v.transform((text) => text.replaceAll("\0", "")),
  messageBody,
);

/** A message that a person sent to an address of ours. */
export const inboundBody = v.strictObject({
  channel,
  from: text(320),
  to: text(320),
  body: v.optional(receivedBody, ""),
  /** Of a mail alone, as the three below it. */
  subject: v.optional(v.pipe(receivedBody, v.maxLength(1000, "At most 1,000 characters."))),
  /** What the mail says where it has no plain text. */
  html: v.optional(receivedBody),
  /** What its header Auto-Submitted says, or whether it has one: a program's mail has no effect. */
  autoSubmitted: v.optional(v.union([v.boolean(), text(200)])),
  messageId: v.optional(v.nullable(messageId), null),
});

/** The query that lists what was received; `likely` lists what waits for a person. */
export const inboundQuery = v.strictObject({
  ...page,
  channel: v.optional(channel),
  profileId: v.optional(profileId),
  /** `false`: those that say no, and whose sender no profile can be. */
  matched: v.optional(v.picklist(["false"])),
  likely: v.optional(v.picklist(["true"])),
});

/** Why a message waits for a person. */
export const inboundReview = v.picklist(["likely", "unmatched"]);

/** How the wait of a message ended. */
export const inboundAnswered = v.picklist(["optOut", "no", "optedOut"]);

/** What a person decides about a message that waits. */
export const inboundAnswer = v.strictObject({ answer: v.picklist(["optOut", "no"]) });

/** How many messages wait for a person, and since when. */
export const inboundsWaiting = v.object({
  likely: v.number(),
  unmatched: v.number(),
  oldest: v.nullable(moment),
});

/** What a message did. */
export const inboundAction = v.picklist(["optIn", "optOut", "reply", "none"]);

/**
 * A message received, and what it did: `event` is the event of the flag it set, `reply` the message
 * that answers it.
 */
export const inbound = v.pipe(
  v.object({
    id: v.string(),
    channel,
    from: v.string(),
    to: v.string(),
    body: v.string(),
    messageId: v.nullable(v.string()),
    receivedAt: moment,
    profileId: v.nullable(v.string()),
    rule: v.nullable(v.string()),
    action: inboundAction,
    /** The portal's session in which an admin simulated it; null where a person wrote it. */
    session: v.nullable(v.string()),
    event: v.nullable(v.string()),
    reply: v.nullable(v.string()),
    /**
     * `likely`: it may well be an opt-out and no rule heard it; `unmatched`: it is one, and nobody
     * has the address. Null for all others.
     */
    review: v.nullable(inboundReview),
    reviewReason: v.nullable(v.string()),
    /** What a person decided; `optedOut`: its sender has opted out since. */
    answer: v.nullable(inboundAnswered),
    answeredAt: v.nullable(moment),
  }),
  v.metadata({ ref: "Inbound" }),
);

/** A message received as its sender's gateway may know it, which handed it in. */
export const inboundBriefly = v.object({
  id: v.string(),
  channel,
  messageId: v.nullable(v.string()),
  receivedAt: moment,
});

export type Inbound = v.InferOutput<typeof inbound>;
export type InboundAnswer = v.InferOutput<typeof inboundAnswer>["answer"];
export type InboundsWaiting = v.InferOutput<typeof inboundsWaiting>;
export type InboundQuery = v.InferOutput<typeof inboundQuery>;
