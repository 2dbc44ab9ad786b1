// What is valid where flags are set and read.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { moment, storable, text, webAddress } from "./text.ts";

/** Who or what set a flag. */
export const source = v.picklist([
  "default",
  "form",
  "rule",
  "api",
  "portal",
  "preferences",
  "unsubscribe",
  "import",
  "carrier",
  "forgotten",
]);

/** Why a wish to set a flag is not followed, as `refusal_to_set` decides it. */
export const refusalToSet = v.picklist([
  "already_so",
  "older_than_opt_out",
  "opted_out",
  "person_opted_out",
  "carrier_opted_out",
  "forgotten",
]);

/** In or out for some channels: `{"sms": true, "email": false}`. */
export const optIn = v.strictObject(v.entriesFromList(channel.options, v.optional(v.boolean())));

/** In or out for every channel. */
export const everyOptIn = v.pipe(
  v.object(v.entriesFromList(channel.options, v.boolean())),
  v.metadata({ ref: "OptIn" }),
);

/**
 * Why a flag is set, in the words of whoever sets it; part of the event for good, so no place for
 * personal data.
 */
export const reason = text(500);

/**
 * When a consent was given: a day that there is, no later than now (a minute is for clocks that
 * differ).
 */
const collected = v.pipe(
  moment,
  v.check(isCalendarDay, "There is no such day."),
  v.check(
    (value) => Date.parse(value) >= Date.UTC(1990, 0, 1),
    "This is too long ago to be the time of a consent.",
  ),
  v.check(
    (value) => Date.parse(value) <= Date.now() + 60_000,
    "A consent cannot have been given in the future.",
  ),
);

/** `Date` takes 30 February for 2 March. */
function isCalendarDay(value: string): boolean {
  const day = value.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/**
 * What proves an opt-in that was given elsewhere: what the person saw or said, when, and on which
 * page.
 */
export const evidence = v.pipe(
  v.strictObject({
    text: v.optional(text(5000)),
    collectedAt: v.optional(collected),
    url: v.optional(webAddress),
  }),
  v.metadata({ ref: "Evidence" }),
);

const channelList = v.pipe(
  v.array(channel),
  v.minLength(1, "Name at least one channel."),
  v.maxLength(6, "At most six channels."),
);

/** The body that opts a profile in. */
export const optInBody = v.strictObject({
  channels: channelList,
  reason: v.optional(reason),
  evidence: v.optional(evidence),
});

const texts = v.union([storable, v.array(storable)]);

/** The query that opts a profile out: `?channel=sms&channel=email`, or `?channel=sms,email`. */
export const optOutQuery = v.strictObject({
  channel: v.pipe(
    // What the OpenAPI document says of it is the list alone: a union would stand beside that.
    v.custom<string | string[]>((value) => v.is(texts, value), "Name at least one channel."),
    v.transform((value) => [value].flat().flatMap((part) => part.split(","))),
    channelList,
  ),
  reason: v.optional(reason),
});

/**
 * A flag and why it is so. `asked` is false where only a default set it. `actor` names a key, a
 * form and its wording, ..., by id. `event` is its newest event, the profile's beginning where
 * nobody was asked; where a form was submitted again `since` is when it first opted in.
 */
export const flag = v.pipe(
  v.object({
    channel,
    optedIn: v.boolean(),
    asked: v.boolean(),
    source,
    since: moment,
    actor: v.record(v.string(), v.unknown()),
    event: v.string(),
  }),
  v.metadata({ ref: "Flag" }),
);

export const flagList = v.object({ items: v.array(flag) });

/** What the person saw who agreed to a form. */
export const agreedWording = v.object({
  form: v.string(),
  number: v.number(),
  confirmationMessage: v.string(),
  buttonText: v.string(),
});

/**
 * One row of the consent ledger, written `at`, of what the person did at `occurredAt`; `wording` is
 * null where it names none. Where there is a `refusal`, a wish was not followed: the event keeps
 * its evidence and changes nothing. The beginning of a profile has no `channel`, `from` and `to`:
 * `began` is what each channel began as. Profiles of version 0.3 began with an event for each
 * channel, where `from` alone is null.
 */
export const event = v.pipe(
  v.object({
    id: v.string(),
    profileId: v.string(),
    channel: v.nullable(channel),
    from: v.nullable(v.boolean()),
    to: v.nullable(v.boolean()),
    began: v.nullable(everyOptIn),
    source,
    at: moment,
    occurredAt: moment,
    actor: v.record(v.string(), v.unknown()),
    reason: v.nullable(v.string()),
    refusal: v.nullable(refusalToSet),
    evidence: v.nullable(v.record(v.string(), v.unknown())),
    wording: v.nullable(agreedWording),
  }),
  v.metadata({ ref: "Event" }),
);

export type Source = v.InferOutput<typeof source>;
export type RefusalToSet = v.InferOutput<typeof refusalToSet>;
export type OptIn = v.InferOutput<typeof optIn>;
export type EveryOptIn = v.InferOutput<typeof everyOptIn>;
export type Evidence = v.InferOutput<typeof evidence>;
export type Flag = v.InferOutput<typeof flag>;
export type ConsentEvent = v.InferOutput<typeof event>;
