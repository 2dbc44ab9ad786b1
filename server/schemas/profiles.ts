// What is valid where profiles are made, changed and read.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { everyOptIn, evidence, optIn, optInBody, reason, refusalToSet, source } from "./flags.ts";
import { json, moment, page, profileId, storable, text } from "./text.ts";

const maxPropertiesLength = 20_000;

/** Free fields of a profile, by name; at most 20,000 characters of JSON in all. */
const properties = v.pipe(
  v.custom<Record<string, unknown>>(
    (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value) && v.is(json, value),
    "An object of JSON values, without NUL and half surrogate pairs, at most 20 levels deep.",
  ),
  v.check(
    (value) => JSON.stringify(value).length <= maxPropertiesLength,
    "At most 20,000 characters of JSON in all.",
  ),
);

/** The addresses as a client may write them; the domain normalises them, null removes one. */
const addresses = {
  phoneNumber: v.optional(v.nullable(text(50))),
  email: v.optional(v.nullable(text(320))),
  fbMessengerId: v.optional(v.nullable(text(200))),
};

const why = { reason: v.optional(reason), evidence: v.optional(evidence) };

/** The body that makes a profile. */
export const newProfile = v.strictObject({
  id: v.optional(profileId),
  ...addresses,
  properties: v.optional(properties, {}),
  optIn: v.optional(optIn, {}),
  ...why,
});

/** The body that changes a profile: a JSON merge patch (RFC 7396), so null removes. */
export const profilePatch = v.strictObject({
  ...addresses,
  properties: v.optional(v.nullable(properties)),
  optIn: v.optional(optIn, {}),
  ...why,
});

/** What somebody types to find people. */
const search = v.pipe(storable, v.maxLength(300, "At most 300 characters."));

/** By which people are filtered: by one flag of theirs, a property, an address that they have. */
const filters = {
  channel: v.optional(channel),
  state: v.optional(v.picklist(["in", "out", "neverAsked"])),
  source: v.optional(source),
  since: v.optional(moment),
  property: v.optional(v.pipe(storable, v.minLength(1), v.maxLength(300))),
  has: v.optional(v.picklist(["phoneNumber", "email", "fbMessengerId"])),
};

/** The query that finds profiles: by one address exactly, or by what somebody types. */
export const profileQuery = v.strictObject({
  ...page,
  // It holds what the last profile was found by.
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9_-]{1,2000}$/, "Pass the nextCursor of the page before, as it is."),
    ),
  ),
  phoneNumber: v.optional(storable),
  email: v.optional(storable),
  search: v.optional(search),
  ...filters,
  /** `true`: those that have one phone with another, in another spelling. */
  twins: v.optional(v.picklist(["true"])),
});

/** The query of an export: everybody, or whom a search finds. */
export const exportQuery = v.strictObject({ search: v.optional(search) });

/** The body that opts many people out. */
export const optOutBody = v.strictObject({
  profileIds: v.pipe(
    v.array(profileId),
    v.minLength(1, "Name at least one profile."),
    v.maxLength(1_000, "At most 1,000 profiles in one call."),
  ),
  channels: optInBody.entries.channels,
  reason: v.optional(reason),
});

/**
 * What became of many people who were opted out: how many changed, how many were so already, and
 * the ids that nobody has.
 */
export const manyOptedOut = v.object({
  changed: v.number(),
  unchanged: v.number(),
  missing: v.array(v.string()),
});

/** The query that deletes a profile: `forget` erases all that is personal. */
export const deleteQuery = v.strictObject({ forget: v.optional(v.picklist(["true", "false"])) });

/** The body that joins another profile into this one. */
export const mergeBody = v.strictObject({ from: profileId, reason: v.optional(reason) });

/** A person: addresses, free properties, and the flag of every channel. */
export const profile = v.pipe(
  v.object({
    id: v.string(),
    phoneNumber: v.nullable(v.string()),
    email: v.nullable(v.string()),
    fbMessengerId: v.nullable(v.string()),
    properties: v.record(v.string(), v.unknown()),
    optIn: everyOptIn,
    createdAt: moment,
    updatedAt: moment,
    /**
     * Where the call would have opted in by an act that is older than the person's opt-out: the
     * channels that stay out, and why.
     */
    keptOut: v.optional(v.record(v.string(), refusalToSet)),
  }),
  v.metadata({ ref: "Profile" }),
);

export type NewProfile = v.InferOutput<typeof newProfile>;
export type ProfilePatch = v.InferOutput<typeof profilePatch>;
export type ProfileFilters = Partial<
  Pick<v.InferOutput<typeof profileQuery>, keyof typeof filters>
>;
export type ProfileQuery = v.InferOutput<typeof profileQuery>;
export type ManyOptedOut = v.InferOutput<typeof manyOptedOut>;
export type Profile = v.InferOutput<typeof profile>;
