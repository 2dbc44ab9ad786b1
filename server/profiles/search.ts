// What somebody types to find people, as conditions on profiles `p`.

import type postgres from "postgres";
import type { Sql } from "../database/connect.ts";

/** A part of a query. */
export type Fragment = postgres.Fragment;

/**
 * Two conditions: `likely` is answered by indexes, and holds for all that fit and a few more;
 * `fits` is for each of these, on the text that is looked at.
 */
export type Condition = { likely: Fragment; fits: (text: Fragment) => Fragment };

/** The text of profile `p` that is looked at. */
export const searchText = (
  sql: Sql,
): Fragment => sql`search_text(p_properties => p.properties, p_id => p.id,
    p_phone_number => p.phone_number, p_email => p.email,
    p_fb_messenger_id => p.fb_messenger_id, p_whats_app_id => p.whats_app_id)`;

/**
 * Whom `search` finds: each of its words stands somewhere in their addresses or the values of their
 * properties; or it is part of their number, in any spelling; or it is `name:value` of a property.
 * Words of one or two letters stand at a word's beginning.
 */
export function searchCondition(sql: Sql, search: string): Condition {
  const typed = search.trim();
  const [, name, value] = /^([^:]+):\s*(.*)$/su.exec(typed) ?? [];
  return anyOf(sql, [
    ...allWords(sql, typed),
    ...idCondition(sql, typed),
    ...numberConditions(sql, typed),
    ...(name === undefined ? [] : [propertyCondition(sql, { name, value: value ?? "" })]),
  ]);
}

/** Who has a property of this name, and in it each word of `value`. */
export function propertyCondition(
  sql: Sql,
  { name, value }: { name: string; value: string },
): Condition {
  const has = holds(sql, sql`array[name_token(${name.trim()}::text)]`);
  const words = allWords(sql, value)[0];
  if (!words) return { likely: has, fits: () => has };
  return {
    likely: sql`(${has} and ${words.likely})`,
    fits: (text) => sql`(${words.fits(text)} and exists (
      select from jsonb_each(p.properties) property (name, value)
      cross join lateral (select ' ' || folded(property.value::text)) own (text)
      where folded(property.name) = folded(${name.trim()}::text)
        and ${words.fits(sql`own.text`)}))`,
  };
}

/** Nothing where there is no word. */
function allWords(sql: Sql, typed: string): Condition[] {
  // Quotes and backslashes are written otherwise in JSON. What has no letter and no digit says
  // nothing of anybody.
  const words = typed
    .split(/[\s"\\,;]+/u)
    .filter((word) => /[\p{L}\p{N}]|[^\0-\x7f]/u.test(word))
    .map((word) => wordCondition(sql, word));
  if (words.length === 0) return [];
  const all = (one: Fragment, next: Fragment) => sql`${one} and ${next}`;
  return [
    {
      likely: sql`(${words.map(({ likely }) => likely).reduce(all)})`,
      fits: (text) => sql`(${words.map(({ fits }) => fits(text)).reduce(all)})`,
    },
  ];
}

function wordCondition(sql: Sql, word: string): Condition {
  // The index knows three letters in a row; a letter of another script is several there.
  const anywhere = /[\p{Script=Latin}\p{N}]{3}|[^\0-\x7f\p{Script=Latin}\p{M}]/u.test(word);
  return {
    likely: holds(sql, sql`word_tokens(${!anywhere}, ${word})`),
    fits: (text) =>
      anywhere
        ? sql`${text} like search_pattern('', ${word})`
        : sql`(${text} like search_pattern(' ', ${word})
            or ${text} like search_pattern('"', ${word}))`,
  };
}

/** An id of the length of those that we make stands in no text: it is found by its beginning. */
function idCondition(sql: Sql, typed: string): Condition[] {
  if (!/^[A-Za-z0-9._@-]{4,32}$/.test(typed)) return [];
  const begins = (prefix: string) =>
    sql`(p.id >= ${prefix} and p.id <= ${prefix.padEnd(40, "z")} and starts_with(p.id, ${prefix}))`;
  return [...new Set([typed, typed.toLowerCase()])].map((prefix) => ({
    likely: begins(prefix),
    fits: () => begins(prefix),
  }));
}

/** A number with its country's code, without it, or some digits of it. */
function numberConditions(sql: Sql, typed: string): Condition[] {
  if (typed === "+") {
    const has = sql`p.phone_number is not null`;
    return [{ likely: has, fits: () => has }];
  }
  if (!/^[+\d][\d\s()./-]*$|^\(\d[\d\s()./-]*$/.test(typed)) return [];
  const digits = typed.replace(/\D/g, "");
  const abroad = digits.replace(/^00/, "");
  if (typed.startsWith("+") || abroad !== digits) {
    if (abroad === "") return [];
    return [
      {
        likely: holds(sql, sql`word_tokens(true, ${`+${abroad}`})`),
        fits: (text) => sql`${text} like search_pattern(' ', ${`+${abroad}`})`,
      },
    ];
  }
  // Fewer digits would match too many numbers.
  if (digits.length < 3) return [];
  const national = digits.replace(/^0/, "");
  const ways = [wordCondition(sql, digits)];
  if (national !== digits && national.length >= 3) {
    ways.push({
      likely: holds(sql, sql`word_tokens(false, ${national})`),
      fits: () => sql`starts_with(national_number(p.phone_number), ${national})`,
    });
  }
  return ways;
}

/** In the words of the index, so that it is used. */
function holds(sql: Sql, tokens: Fragment): Fragment {
  return sql`search_tokens(p_properties => p.properties, p_id => p.id,
    p_phone_number => p.phone_number, p_email => p.email,
    p_fb_messenger_id => p.fb_messenger_id, p_whats_app_id => p.whats_app_id) @> ${tokens}`;
}

/** What fulfils all of them; everybody where there is none. */
export function allOf(sql: Sql, conditions: Condition[]): Condition {
  const all = (one: Fragment, next: Fragment) => sql`${one} and ${next}`;
  if (conditions.length === 0) return { likely: sql`true`, fits: () => sql`true` };
  return {
    likely: sql`(${conditions.map(({ likely }) => likely).reduce(all)})`,
    fits: (text) => sql`(${conditions.map(({ fits }) => fits(text)).reduce(all)})`,
  };
}

function anyOf(sql: Sql, ways: Condition[]): Condition {
  const any = (one: Fragment, other: Fragment) => sql`${one} or ${other}`;
  if (ways.length === 0) return { likely: sql`false`, fits: () => sql`false` };
  return {
    likely: sql`(${ways.map(({ likely }) => likely).reduce(any)})`,
    fits: (text) => sql`(${ways.map(({ fits }) => fits(text)).reduce(any)})`,
  };
}
