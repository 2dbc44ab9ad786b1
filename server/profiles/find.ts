// Pages of the people that conditions find, in an order that an index has.

import { fromCursor, type Page, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import { invalid } from "../errors.ts";
import type { Profile, ProfileFilters } from "../schemas/profiles.ts";
import { filterConditions } from "./filters.ts";
import { allOf, type Fragment, searchCondition, searchText } from "./search.ts";

/** Where a page ended: at which key of the order, at which profile. */
export type After = { key: string; id: string };

/** Which people, and how many of them: at most `limit`, after where the page before ended. */
export type Search = ProfileFilters & {
  search?: string | undefined;
  limit: number;
  after?: After | undefined;
};

type Found = Profile & { key: string };

/**
 * A page of the people that `search` and the filters find, newest first. Throws `invalid` for a
 * cursor that is not ours.
 */
export async function searchProfiles(
  sql: Sql,
  { cursor, ...search }: Omit<Search, "after"> & { cursor?: string | undefined },
): Promise<Page<Profile>> {
  const { limit } = search;
  const after = afterCursor(cursor);
  const found = await sql<Found[]>`
    with ${foundPeople(sql, { ...search, limit: limit + 1, after })}
    select found.key::text as key, p.id, p."phoneNumber", p.email, p."fbMessengerId", p.properties,
      p."optIn", p."createdAt", p."updatedAt"
    from found join shown_profiles p on p.id = found.id
    order by found.key desc, found.id desc`;
  const page = toPage(found, limit, ({ key, id }) => JSON.stringify([key, id]));
  return { ...page, items: page.items.map(({ key: _key, ...profile }) => profile) };
}

/**
 * The queries for a `with` of which the last, `found (id, key)`, is a page. Where many fit, they
 * are found by reading people in order, until the page is full; where few fit, by the indexes of
 * what they fit. Which of the two is quick shows in how many of the first people fit. Whom an index
 * found is looked at in order, and only until the page is full.
 */
export function foundPeople(sql: Sql, { search, limit, after, ...filters }: Search): Fragment {
  const short = Math.max(1_000, limit * 20);
  const long = short * 10;
  // Of so few the long read would find too few.
  const few = Math.ceil(limit / 10);
  const later = after
    ? sql`(p.created_at, p.id) < (${after.key}::text::timestamptz, ${after.id})`
    : sql`true`;
  const { likely, fits } = allOf(sql, [
    ...(search === undefined ? [] : [searchCondition(sql, search)]),
    ...filterConditions(sql, filters),
  ]);
  const size = literal(sql, limit);
  const inOrder = (people: number, when: Fragment) => sql`
    select p.id, p.created_at as key
    from (
      select p.*, ${searchText(sql)} as text
      from (
        select * from profiles p where ${later} and ${when}
        order by p.created_at desc, p.id desc limit ${literal(sql, people)}
      ) p offset 0
    ) p
    where ${fits(sql`p.text`)}
    limit ${size}`;
  return sql`
    first as materialized (${inOrder(short, sql`true`)}),
    longer as materialized (${inOrder(
      long,
      sql`(select count(*) from first) between ${literal(sql, few)} and ${literal(sql, limit - 1)}`,
    )}),
    full_pages as materialized (
      select (select count(*) from first) = ${size} as first,
        (select count(*) from longer) = ${size} as longer
    ),
    likely as materialized (
      select p.id, p.created_at as key from profiles p
      where (select not first and not longer from full_pages) and ${later} and ${likely}
      order by p.created_at desc, p.id desc
    ),
    indexed as materialized (
      select p.id, p.created_at as key
      from likely cross join lateral (
        select p.*, ${searchText(sql)} as text from profiles p where p.id = likely.id offset 0
      ) p
      where ${fits(sql`p.text`)}
      limit ${size}
    ),
    found as (
      select id, key from first where (select first from full_pages)
      union all
      select id, key from longer where (select longer from full_pages)
      union all
      select id, key from indexed
    )`;
}

/** As a part of the text: with a parameter instead, a plan would be made for any number. */
function literal(sql: Sql, number: number): Fragment {
  return sql.unsafe(String(Math.trunc(number)));
}

function afterCursor(cursor: string | undefined): After | undefined {
  const text = fromCursor(cursor, /^\["[-+:. \d]{10,40}","[A-Za-z0-9._@-]{1,64}"\]$/);
  if (text === undefined) return undefined;
  const [key, id] = JSON.parse(text) as [string, string];
  if (!Number.isNaN(Date.parse(key))) return { key, id };
  throw invalid("cursor", "Pass the nextCursor of the page before, as it is.");
}
