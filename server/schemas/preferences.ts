// What is valid where people, and editors, use their signed links.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { event, flag, optIn, reason, source } from "./flags.ts";
import { language } from "./languages.ts";
import { profile } from "./profiles.ts";
import { moment, storable } from "./text.ts";

/** The language that the page is in, as a BCP 47 tag. */
export const linkQuery = v.object({ lang: v.optional(storable) });

/** `gone=stop` asks for what the link still does where the person's profile is gone. */
export const preferencesQuery = v.object({
  ...linkQuery.entries,
  gone: v.optional(v.picklist(["stop"])),
});

/**
 * Why no link can opt a person in on a channel: its carrier or the person's own wish to be
 * forgotten stopped everything there.
 */
export const ownLock = v.picklist(["carrier_opted_out", "forgotten"]);

/** Why an editor's link cannot: also where the person opted out themself. */
export const lock = v.picklist([...ownLock.options, "person_opted_out"]);

/** False where the link cannot opt in; `why` says why. */
const changeable = v.boolean();

/** One switch of a person: the address is masked. */
export const preference = v.pipe(
  v.object({
    channel,
    address: v.string(),
    optedIn: v.boolean(),
    asked: v.boolean(),
    since: moment,
    source,
    changeable,
    /** Beside what locks a flag: `own_link`, where the link is not the person's own. */
    why: v.nullable(v.picklist([...ownLock.options, "own_link"])),
  }),
  v.metadata({ ref: "Preference" }),
);

const around = {
  expiresAt: moment,
  language,
  /** The page's texts, and the names of the channels by `sms`, `email`, .... */
  texts: v.record(v.string(), v.string()),
};

/**
 * What a person sees; `limited` is true where the link is for some channels only, and so for no
 * copy and no erasure.
 */
export const preferences = v.pipe(
  v.object({
    items: v.array(preference),
    limited: v.boolean(),
    /** The channels that the link still opts out, where the person's profile is gone. */
    stop: v.optional(v.array(channel)),
    ...around,
  }),
  v.metadata({ ref: "Preferences" }),
);

/**
 * The body by which a person changes the own flags; opting out of everything is all of them at
 * once.
 */
export const preferencesBody = v.strictObject({ optIn });

const rows = v.array(v.record(v.string(), v.unknown()));

/**
 * All that is held about a person; `events` includes those of profiles that were merged into this
 * one.
 */
export const ownCopy = v.pipe(
  v.object({
    madeAt: moment,
    profile,
    flags: v.array(flag),
    events: v.array(event),
    messages: rows,
    inbounds: rows,
    submissions: rows,
  }),
  v.metadata({ ref: "OwnCopy" }),
);

/** What an editor sees of a profile. */
export const editedFlags = v.pipe(
  v.object({
    profileId: v.string(),
    items: v.array(v.object({ ...flag.entries, changeable, why: v.nullable(lock) })),
    ...around,
  }),
  v.metadata({ ref: "EditedFlags" }),
);

/** The body by which an editor changes flags, and why. */
export const editedFlagsBody = v.strictObject({ optIn, reason });

export type Preference = v.InferOutput<typeof preference>;
export type Preferences = v.InferOutput<typeof preferences>;
export type EditedFlags = v.InferOutput<typeof editedFlags>;
