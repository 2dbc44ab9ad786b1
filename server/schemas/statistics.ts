// What is valid where numbers are asked for, and what they look like.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { source } from "./flags.ts";
import { madeId, moment, storable } from "./text.ts";

/**
 * The days that are asked for: how many, the last of them today, and whose midnight begins them.
 */
export const dayQuery = v.strictObject({
  days: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/, "A number from 1 to 366."),
      v.toNumber(),
      v.minValue(1, "A number from 1 to 366."),
      v.maxValue(366, "A number from 1 to 366."),
    ),
    "30",
  ),
  zone: v.optional(
    v.pipe(
      storable,
      v.check((value) => isZone(value), "A time zone such as Europe/Berlin."),
    ),
    "UTC",
  ),
});

/** How many flags went in, and how many out, on each of `days`. */
const series = v.object({ optIns: v.array(v.number()), optOuts: v.array(v.number()) });

/**
 * One series for each name; `other` is for what a newer version wrote and this one does not know.
 */
function seriesOf<const Names extends readonly string[]>(names: Names) {
  return { ...v.entriesFromList(names, series), other: series };
}

/**
 * A change of a flag, as the latest are told: `name` is null where the profile is gone. A profile
 * that began has no `channel`, `from` and `to`.
 */
export const happening = v.pipe(
  v.object({
    event: v.string(),
    profileId: v.string(),
    name: v.nullable(v.string()),
    channel: v.nullable(channel),
    from: v.nullable(v.boolean()),
    to: v.nullable(v.boolean()),
    // As it is kept: a server of a newer version on the same database may know more of them.
    source: v.string(),
    at: moment,
  }),
  v.metadata({ ref: "Happening" }),
);

/** How many there are, how that came about by day, and what happened last. */
export const statistics = v.pipe(
  v.object({
    profiles: v.number(),
    optedIn: v.object(v.entriesFromList(channel.options, v.number())),
    today: v.object({ profiles: v.number(), optIns: v.number(), optOuts: v.number() }),
    days: v.array(v.string()),
    channels: v.object(seriesOf(channel.options)),
    sources: v.object(seriesOf(source.options)),
    latest: v.array(happening),
  }),
  v.metadata({ ref: "Statistics" }),
);

/**
 * How often each form was used on each of `days`; a form that nobody used then is not among them.
 */
export const formStatistics = v.object({
  days: v.array(v.string()),
  items: v.array(v.object({ form: madeId, submissions: v.array(v.number()) })),
});

/** What a new system has seen so far; `empty` is whether sample data may be put in. */
export const firstSteps = v.object({
  defaults: v.boolean(),
  rules: v.boolean(),
  form: v.boolean(),
  stop: v.boolean(),
  broadcast: v.boolean(),
  key: v.boolean(),
  empty: v.boolean(),
});

export type DayQuery = v.InferOutput<typeof dayQuery>;
export type Series = v.InferOutput<typeof series>;
export type Happening = v.InferOutput<typeof happening>;
export type Statistics = v.InferOutput<typeof statistics>;
export type FormStatistics = v.InferOutput<typeof formStatistics>;
export type FirstSteps = v.InferOutput<typeof firstSteps>;

function isZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }) !== undefined;
  } catch {
    return false;
  }
}
