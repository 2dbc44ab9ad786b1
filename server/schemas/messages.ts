// What is valid where messages are sent and read.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { agreedWording, source } from "./flags.ts";
import { json, madeId, moment, noList, page, profileId, text } from "./text.ts";

/** How far a message has come. */
export const messageStatus = v.picklist([
  "processing",
  "sent",
  "delivered",
  "read",
  "failed",
  "unknown",
  "expired",
  "filtered",
  "cancelled",
]);

/** Why a message may not go out on a channel. */
export const refusal = v.picklist(["opted_out", "no_address", "carrier_opted_out", "forgotten"]);

/**
 * What each channel is sent instead of the body, such as a template; kept as it comes. `email` may
 * say `{"format": "markdown"}` of the body.
 */
export const customBody = v.pipe(
  noList,
  v.partial(v.strictObject(v.entriesFromList(channel.options, json))),
  v.check(
    (value) => JSON.stringify(value).length <= 20_000,
    "At most 20,000 characters of JSON in all.",
  ),
);

const metadata = v.pipe(
  noList,
  v.record(text(100), json),
  v.check(
    (value) => JSON.stringify(value).length <= 10_000,
    "At most 10,000 characters of JSON in all.",
  ),
);

const future = v.pipe(
  moment,
  v.check((value) => Date.parse(value) > Date.now(), "This time has passed."),
);

/** The body that sends one message; `rules` are channels in order of preference. */
export const newMessage = v.strictObject({
  to: v.pipe(
    v.strictObject({
      profileId: v.optional(profileId),
      phoneNumber: v.optional(text(50)),
      email: v.optional(text(320)),
    }),
    v.check((to) => Object.keys(to).length > 0, "Name a profileId, a phoneNumber or an email."),
  ),
  rules: v.pipe(
    v.array(channel),
    v.minLength(1, "Name at least one channel."),
    v.check((channels) => new Set(channels).size === channels.length, "Name each channel once."),
  ),
  title: v.optional(text(200)),
  body: text(10_000),
  customBody: v.optional(customBody),
  metadata: v.optional(metadata),
  expiresOn: v.optional(future),
  requireOptIn: v.optional(v.boolean(), false),
});

/** Some messages at once; each is judged by itself, so the items are checked one by one. */
export const newMessages = v.pipe(
  v.array(v.unknown()),
  v.minLength(1, "Send at least one message."),
  v.maxLength(5000, "At most 5,000 messages at once."),
);

/** The query that lists messages. */
export const messageQuery = v.strictObject({
  ...page,
  profileId: v.optional(profileId),
  channel: v.optional(channel),
  status: v.optional(messageStatus),
  broadcast: v.optional(madeId),
});

/** The id of a message. */
export const messageId = v.pipe(v.string(), v.regex(/^\d{1,18}$/, "This is not an id."));

/** The query that asks whether a message may go out. */
export const canSendQuery = v.strictObject({ channel });

/** A message that was taken, and the channel that was chosen. */
export const sentMessage = v.object({ messageId: v.string(), status: messageStatus, channel });

/** The answer for one message of a batch: its id, or what is wrong with it. */
export const batchItem = v.object({
  index: v.number(),
  messageId: v.optional(v.string()),
  status: v.optional(messageStatus),
  channel: v.optional(v.nullable(channel)),
  channels: v.optional(v.record(v.string(), refusal)),
  problem: v.optional(
    v.object({
      code: v.string(),
      detail: v.string(),
      issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
    }),
  ),
});

/** A message as it stands. */
export const message = v.pipe(
  v.object({
    id: v.string(),
    /** Null where it asks somebody for confirmation who has not confirmed. */
    profileId: v.nullable(v.string()),
    /**
     * Whether it asks for the confirmation of a form; then its text is kept no longer than its code
     * or link is good.
     */
    confirmation: v.boolean(),
    /** Whether there is a text that the caller may not read, for the secret of a confirmation. */
    hidden: v.boolean(),
    channel: v.nullable(channel),
    status: messageStatus,
    reason: v.nullable(v.string()),
    requireOptIn: v.boolean(),
    title: v.nullable(v.string()),
    body: v.nullable(v.string()),
    metadata: v.nullable(v.record(v.string(), v.unknown())),
    broadcast: v.nullable(v.string()),
    inbound: v.nullable(v.string()),
    attempts: v.number(),
    expiresOn: v.nullable(moment),
    createdAt: moment,
    updatedAt: moment,
  }),
  v.metadata({ ref: "Message" }),
);

export type NewMessage = v.InferOutput<typeof newMessage>;
export type Message = v.InferOutput<typeof message>;
export type MessageQuery = v.InferOutput<typeof messageQuery>;
export type SentMessage = v.InferOutput<typeof sentMessage>;
export type BatchItem = v.InferOutput<typeof batchItem>;
export type Refusal = v.InferOutput<typeof refusal>;

/**
 * May a message that needs an opt-in go out? `reason` says why not; `wording` is what the person
 * saw where a form opted in.
 */
export const canSend = v.object({
  channel,
  canSend: v.boolean(),
  reason: v.nullable(refusal),
  flag: v.object({
    optedIn: v.boolean(),
    asked: v.boolean(),
    source,
    since: moment,
    actor: v.record(v.string(), v.unknown()),
    event: v.string(),
    reason: v.nullable(v.string()),
  }),
  wording: v.nullable(agreedWording),
});

/** The body that asks for up to 5,000 people at once, by their ids, their addresses or both. */
export const canSendBody = v.pipe(
  v.strictObject({
    channel,
    profileIds: v.optional(v.array(profileId), []),
    addresses: v.optional(v.array(text(320)), []),
  }),
  v.check(
    ({ profileIds, addresses }) => profileIds.length + addresses.length > 0,
    "Name at least one person, by profileIds or addresses.",
  ),
  v.check(
    ({ profileIds, addresses }) => profileIds.length + addresses.length <= 5_000,
    "At most 5,000 people in one call.",
  ),
);

/** The answers in the order of the question, ids first; `profileId` is null where there is none. */
export const canSendAnswers = v.object({
  items: v.array(
    v.object({
      profileId: v.nullable(v.string()),
      address: v.optional(v.string()),
      canSend: v.boolean(),
      reason: v.nullable(v.picklist([...refusal.options, "no_profile", "invalid_address"])),
    }),
  ),
});

export type CanSendBody = v.InferOutput<typeof canSendBody>;
export type CanSendAnswers = v.InferOutput<typeof canSendAnswers>;
export type CanSend = v.InferOutput<typeof canSend>;
