// What is valid where broadcasts are made, previewed and read.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { customBody } from "./messages.ts";
import { json, moment, storable, text } from "./text.ts";

const longestList = 1_000_000;
const wholeRate = "A whole number from 1 to 100,000.";
const tooLong = "At most 1,000,000 entries.";

/**
 * Whom a broadcast is for: everyone, those with a property that equals a value, or a list of
 * profile ids or addresses. `csv` is such a list as a file's text, with a first line that names the
 * columns: `profileId`, `phoneNumber` or `email`.
 */
export const audience = v.union(
  [
    v.strictObject({ everyone: v.literal(true) }),
    v.strictObject({ property: text(100), equals: json }),
    // What is no id is nobody's, as what is no address.
    v.strictObject({ profileIds: v.pipe(v.array(storable), v.maxLength(longestList, tooLong)) }),
    v.strictObject({ addresses: v.pipe(v.array(storable), v.maxLength(longestList, tooLong)) }),
    v.strictObject({ csv: storable }),
  ],
  "One of {everyone: true}, {property, equals}, {profileIds: []}, {addresses: []}, {csv}.",
);

const target = { channel, audience };

/** The body that asks who would get a broadcast. */
export const broadcastPreview = v.strictObject(target);

/** The body that makes a broadcast and sends it; `rate` is messages a second. */
export const newBroadcast = v.strictObject({
  name: text(100),
  ...target,
  title: v.optional(text(200)),
  body: text(10_000),
  customBody: v.optional(customBody),
  rate: v.optional(
    v.pipe(
      v.number(wholeRate),
      v.integer(wholeRate),
      v.minValue(1, wholeRate),
      v.maxValue(100_000, wholeRate),
    ),
  ),
});

/** Why someone of the audience will not get a broadcast. */
export const passedOver = v.picklist([
  "opted_out",
  "no_address",
  "carrier_opted_out",
  "forgotten",
  "unknown",
  "duplicate",
]);

/**
 * Who will get a broadcast and who will not, by reason, each with a few examples (profile ids, or
 * what a list said).
 */
export const preview = v.object({
  willGet: v.object({ count: v.number(), examples: v.array(v.string()) }),
  willNot: v.array(
    v.object({ reason: passedOver, count: v.number(), examples: v.array(v.string()) }),
  ),
});

/** How far a broadcast has come. */
export const broadcastStatus = v.picklist(["sending", "paused", "done", "cancelled"]);

/**
 * A broadcast and how far it has come; of an audience that was a list, `audience` says how long it
 * was.
 */
export const broadcast = v.pipe(
  v.object({
    id: v.string(),
    name: v.string(),
    channel,
    title: v.nullable(v.string()),
    body: v.string(),
    status: broadcastStatus,
    rate: v.nullable(v.number()),
    audience: v.record(v.string(), v.unknown()),
    counts: v.object({
      queued: v.number(),
      sent: v.number(),
      filtered: v.number(),
      failed: v.number(),
      /** Nobody can tell whether they went. */
      unknown: v.number(),
      cancelled: v.number(),
    }),
    createdAt: moment,
    updatedAt: moment,
  }),
  v.metadata({ ref: "Broadcast" }),
);

/** What a key that may not read messages is told of a broadcast. */
export const broadcastBriefly = v.pick(broadcast.pipe[0], ["id", "status"]);

/** A preview without its examples, which are people. */
export const previewBriefly = v.object({
  willGet: v.object({ count: v.number() }),
  willNot: v.array(v.object({ reason: passedOver, count: v.number() })),
});

export type Audience = v.InferOutput<typeof audience>;
export type BroadcastPreview = v.InferOutput<typeof broadcastPreview>;
export type NewBroadcast = v.InferOutput<typeof newBroadcast>;
export type Broadcast = v.InferOutput<typeof broadcast>;
export type Preview = v.InferOutput<typeof preview>;
