// The building blocks of every schema: text that PostgreSQL and JSON can hold, ids, lists, and what
// they are refused with.

import * as v from "valibot";

/**
 * Text of 1 to `max` UTF-16 units after trimming. NUL and lone surrogates, which no database holds,
 * are refused.
 */
export function text(max: number) {
  return v.pipe(
    storable,
    v.trim(),
    v.nonEmpty("This must not be empty."),
    v.maxLength(max, `At most ${max} characters.`),
  );
}

/** Text, or null where there is none. */
export function optionalText(max: number) {
  return v.nullable(text(max));
}

/** A string without NUL and lone surrogates. */
export const storable = v.pipe(
  v.string("This must be text."),
  v.check(
    (value) => isStorable(value),
    "This contains characters that are not text (NUL or half a surrogate pair).",
  ),
);

const reservedIds = ["optin", "optout", "import", "export", "new", ".", ".."];

/** An id as clients may choose it for a profile; routes and pages have taken some. */
export const profileId = v.pipe(
  v.string("This must be text."),
  v.regex(/^[A-Za-z0-9._@-]{1,64}$/, "1 to 64 of the characters A-Z a-z 0-9 . _ @ -"),
  v.check(
    (value) => !reservedIds.includes(value),
    "The ids optin, optout, import, export, new, . and .. are reserved.",
  ),
);

/** An id that we made: a form's, a key's. */
export const madeId = v.pipe(
  v.string("This must be text."),
  v.regex(/^[a-z0-9]{1,64}$/, "This is not an id."),
);

/** A moment as ISO 8601 with a time zone. */
export const moment = v.pipe(
  v.string("This must be text."),
  v.isoTimestamp("A time such as 2026-11-23T10:00:00Z."),
  v.check((value) => !Number.isNaN(Date.parse(value)), "A time such as 2026-11-23T10:00:00Z."),
);

/** An http or https address of a page, at most 2,000 characters. */
export const webAddress = v.pipe(
  text(2000),
  v.check(
    (value) => /^https?:$/.test(parsedUrl(value)?.protocol ?? ""),
    "An address that begins with https:// or http://.",
  ),
);

// It becomes part of a header, where other characters would mean something.
const hostName = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])$/;

/** An origin, as browsers send it: `https://shop.example`, without a path. */
export const origin = v.pipe(
  text(300),
  v.check((value) => {
    const url = parsedUrl(value);
    return (
      url !== undefined &&
      /^https?:$/.test(url.protocol) &&
      url.origin === value &&
      hostName.test(url.hostname)
    );
  }, "An origin such as https://shop.example, without a path or a slash at its end."),
);

/** Any JSON value that can be kept: no NUL, no lone surrogates, at most 20 levels deep. */
export const json = v.custom<unknown>(
  (value) => isStorableJson(value, 20),
  "This contains characters that are not text (NUL or half a surrogate pair), or is nested too deep.",
);

/** What an object begins with where a list is none: to valibot a list is an object, too. */
export const noList = v.custom<object>((value) => !Array.isArray(value), "Expected an object.");

/** The two fields by which every list is read: how many at once, and where the last page ended. */
export const page = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, "A number from 1 to 200."),
      v.toNumber(),
      v.minValue(1, "A number from 1 to 200."),
      v.maxValue(200, "A number from 1 to 200."),
    ),
    "50",
  ),
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9_-]{1,200}$/, "Pass the nextCursor of the page before, as it is."),
    ),
  ),
};

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<Item extends v.GenericSchema>(item: Item) {
  return v.object({ items: v.array(item), nextCursor: v.nullable(v.string()) });
}

function isStorable(value: string): boolean {
  return !value.includes("\0") && value.isWellFormed();
}

function isStorableJson(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (value === null || typeof value === "boolean") return true;
  if (typeof value !== "object" || depth === 0) return false;
  return Object.entries(value).every(
    ([key, inner]) => isStorable(key) && isStorableJson(inner, depth - 1),
  );
}

function parsedUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}
