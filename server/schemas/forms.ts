// What is valid where forms are made, shown and submitted.

import * as v from "valibot";
import { formChannels } from "./channels.ts";
import { language } from "./languages.ts";
import { madeId, moment, optionalText, origin, storable, text, webAddress } from "./text.ts";

/** A channel that a form may ask for. */
export const formChannel = v.picklist(formChannels);

/**
 * Whether a submission opts in at once, or only once the person has confirmed it by what was sent
 * to the address.
 */
export const confirm = v.picklist(["none", "double"], "none or double.");

/** A country, by whose rules national phone numbers are read. */
export const country = v.pipe(
  v.string("This must be text."),
  v.regex(/^[A-Z]{2}$/, "A country as two capital letters (ISO 3166-1), such as GB."),
);

/** The body that makes or replaces a form. */
export const formBody = v.strictObject({
  channel: formChannel,
  description: text(200),
  confirmationMessage: text(2000),
  buttonText: text(60),
  businessName: v.optional(optionalText(100), null),
  privacyUrl: v.optional(v.nullable(webAddress), null),
  defaultCountry: v.optional(v.nullable(country), null),
  countries: v.optional(
    v.nullable(v.pipe(v.array(country), v.maxLength(250, "At most 250 countries."))),
    null,
  ),
  allowedOrigins: v.optional(v.pipe(v.array(origin), v.maxLength(50, "At most 50 origins.")), []),
  thankYouText: v.optional(optionalText(500), null),
  confirm: v.optional(confirm, "none"),
  language: v.optional(v.nullable(language), null),
  active: v.optional(v.boolean(), true),
});

const seen = {
  channel: formChannel,
  confirmationMessage: v.string(),
  buttonText: v.string(),
  businessName: v.nullable(v.string()),
  privacyUrl: v.nullable(v.string()),
  defaultCountry: v.nullable(v.string()),
  thankYouText: v.nullable(v.string()),
  confirm,
  /** Null is the language of the page around the form. */
  language: v.nullable(language),
};

/** A form with the number of its current wording. */
export const form = v.pipe(
  v.object({
    id: madeId,
    description: v.string(),
    ...seen,
    /**
     * To whose numbers it sends codes, where it asks for confirmation: null is its own country, or
     * every one where it has none; an empty list is every one.
     */
    countries: v.nullable(v.array(v.string())),
    allowedOrigins: v.array(v.string()),
    active: v.boolean(),
    wording: v.number(),
    submissions: v.number(),
    createdAt: moment,
    updatedAt: moment,
  }),
  v.metadata({ ref: "Form" }),
);

/** What a key that may not read forms is told of one that it made or replaced. */
export const formBriefly = v.pick(form.pipe[0], ["id", "wording"]);

/** What a form said from `createdAt` until the next number. */
export const wording = v.pipe(
  v.object({ number: v.number(), ...seen, createdAt: moment }),
  v.metadata({ ref: "Wording" }),
);

/**
 * A form with every wording it ever had, newest first. `deletedAt` is null but for a form that was
 * deleted: that one is not active, and is read here alone.
 */
export const formWithWordings = v.object({
  ...form.entries,
  deletedAt: v.nullable(moment),
  wordings: v.array(wording),
});

/** The three ways to put a form on a page, as HTML to paste. */
export const snippets = v.object({
  iframe: v.string(),
  element: v.string(),
  tagManager: v.string(),
});

/** A form as strangers see it. */
export const publicForm = v.pipe(
  v.object({
    id: madeId,
    addressKind: v.picklist(["phoneNumber", "email"]),
    wording: v.number(),
    ...seen,
  }),
  v.metadata({ ref: "PublicForm" }),
);

/**
 * A form as a visitor reads it: `language` is spoken, `direction` is null where the page's own is
 * as good, `texts` are ours.
 */
export const shownForm = v.pipe(
  v.object({
    ...publicForm.entries,
    language,
    direction: v.nullable(v.picklist(["ltr", "rtl"])),
    texts: v.record(v.string(), v.string()),
  }),
  v.metadata({ ref: "ShownForm" }),
);

/**
 * The `lang` of the page around a form, as a BCP 47 tag; an empty one leaves it to
 * `Accept-Language`.
 */
export const shownIn = v.object({ lang: v.optional(v.pipe(v.string(), v.maxLength(100))) });

/**
 * A submission; `website` is a trap that people never see, `host` the sealed origin of the page
 * around an iframe.
 */
export const submission = v.strictObject({
  address: v.pipe(
    storable,
    v.trim(),
    v.nonEmpty("This must not be empty."),
    v.maxLength(320, "At most 320 characters."),
  ),
  wording: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_147_483_647))),
  website: v.optional(storable),
  host: v.optional(v.pipe(storable, v.maxLength(2000))),
});

/**
 * The same submission as an HTML form without JavaScript posts it; an empty address is told on the
 * page.
 */
export const postedSubmission = v.object({
  ...submission.entries,
  address: v.pipe(storable, v.maxLength(320)),
  wording: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.toNumber(), v.minValue(1)),
});

const done = v.object({ status: v.literal("done"), thankYouText: v.nullable(v.string()) });

/**
 * The answer to a submission, alike for every address; of a double form it is pending, and
 * `confirm` is what was sent.
 */
export const submitted = v.variant("status", [
  done,
  v.object({
    status: v.literal("pending"),
    confirm: v.picklist(["link", "code"]),
    thankYouText: v.nullable(v.string()),
  }),
]);

/**
 * A pending submission's address with the code that was sent to it; digits may be grouped as people
 * write them.
 */
export const codeConfirmation = v.strictObject({
  address: submission.entries.address,
  code: v.pipe(storable, v.maxLength(100, "At most 100 characters.")),
  host: submission.entries.host,
});

/**
 * The same as the iframe page posts it without JavaScript; `back` asks for another address instead.
 */
export const postedCode = v.object({
  ...codeConfirmation.entries,
  address: postedSubmission.entries.address,
  wording: postedSubmission.entries.wording,
  back: v.optional(storable),
});

/** The answer to a confirmation by code. */
export const confirmed = done;

export type FormBody = v.InferOutput<typeof formBody>;
export type Form = v.InferOutput<typeof form>;
export type FormWithWordings = v.InferOutput<typeof formWithWordings>;
export type Wording = v.InferOutput<typeof wording>;
export type PublicForm = v.InferOutput<typeof publicForm>;
export type ShownForm = v.InferOutput<typeof shownForm>;
export type Snippets = v.InferOutput<typeof snippets>;
export type Submitted = v.InferOutput<typeof submitted>;
