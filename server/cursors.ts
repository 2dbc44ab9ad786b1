// Keyset pagination: a cursor is the sort key of the last row seen, opaque to clients.

import { invalid } from "./errors.ts";

/** A page of a list; `nextCursor` is null on the last one. */
export type Page<Item> = { items: Item[]; nextCursor: string | null };

/** Where a list is read: at most `limit` items after `cursor`. */
export type PageQuery = { limit: number; cursor?: string | undefined };

/** A page out of one row more than `limit`: the extra row says that there is a next page. */
export function toPage<Item>(rows: Item[], limit: number, key: (item: Item) => string): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(key(last)).toString("base64url") : null };
}

/**
 * The time and the id inside a cursor of a list by age, undefined without one. Throws `invalid`.
 */
export function fromTimeCursor(
  cursor: string | undefined,
): { time: string; id: string } | undefined {
  const [time = "", id = ""] = fromCursor(cursor, /^\S+Z [a-z0-9]+$/)?.split(" ") ?? [];
  if (cursor === undefined) return undefined;
  const parsed = new Date(time);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== time) throw notOurs();
  return { time, id };
}

/**
 * The sort key inside a cursor, undefined without one. Throws `invalid` when it does not fit
 * `pattern`.
 */
export function fromCursor(cursor: string | undefined, pattern: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, "base64url").toString();
  if (pattern.test(key)) return key;
  throw notOurs();
}

function notOurs() {
  return invalid("cursor", "Pass the nextCursor of the page before, as it is.");
}
