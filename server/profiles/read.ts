// Reading profiles: one by its id, some by an address.

import { hasSpellings } from "../addresses/match-key.ts";
import { normaliseAddress } from "../addresses/normalise.ts";
import { fromCursor, type Page, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import { invalid, noProfile } from "../errors.ts";
import type { Profile, ProfileQuery } from "../schemas/profiles.ts";
import { searchProfiles } from "./find.ts";
import { listTwins } from "./twins.ts";

/** A profile with its flags. Throws `not_found`. */
export async function readProfile(sql: Sql, id: string): Promise<Profile> {
  const [profile] = await sql<Profile[]>`
    select id, "phoneNumber", email, "fbMessengerId", properties, "optIn", "createdAt", "updatedAt"
    from shown_profiles where id = ${id}`;
  if (!profile) throw noProfile();
  return profile;
}

/**
 * The profiles that have the addresses given, by id, or those that a search finds, newest first. An
 * address is taken in any spelling that names its country. Throws `invalid`.
 */
export async function listProfiles(sql: Sql, query: ProfileQuery): Promise<Page<Profile>> {
  const { phoneNumber, email, cursor } = query;
  if (query.twins) return { items: await listTwins(sql, query.limit), nextCursor: null };
  const search = query.search?.trim() || undefined;
  const { channel, state, source, since, property, has } = query;
  const filters = { channel, state, source, since, property, has };
  const filtered = Object.values(filters).some((filter) => filter !== undefined);
  if (search !== undefined || filtered) {
    if ((phoneNumber ?? email) === undefined) {
      return searchProfiles(sql, { search, limit: query.limit, cursor, ...filters });
    }
    const path = search === undefined ? "phoneNumber" : "search";
    throw invalid(path, "Search and filter without phoneNumber and email.");
  }
  if (phoneNumber === undefined) return findProfiles(sql, query);
  // The usual question: a number as it is stored, and nothing else. It belongs to one profile, and
  // needs no parsing.
  if (
    /^\+[1-9]\d{6,14}$/.test(phoneNumber) &&
    !hasSpellings(phoneNumber) &&
    (email ?? cursor) === undefined
  ) {
    const items = await sql<Profile[]>`
      select id, "phoneNumber", email, "fbMessengerId", properties, "optIn", "createdAt",
        "updatedAt"
      from shown_profiles where "phoneNumber" = ${phoneNumber}`;
    if (items.length > 0) return { items, nextCursor: null };
  }
  return findProfiles(sql, { ...query, phoneNumber: phoneNumberInQuery(phoneNumber) });
}

async function findProfiles(sql: Sql, query: ProfileQuery): Promise<Page<Profile>> {
  const after = fromCursor(query.cursor, /^[A-Za-z0-9._@-]{1,64}$/);
  const conditions = [
    sql`where true`,
    after !== undefined && sql`and id > ${after}`,
    query.phoneNumber !== undefined &&
      sql`and "phoneNumber" = any (spellings('phoneNumber', ${query.phoneNumber}))`,
    query.email !== undefined &&
      sql`
        and lower(email) = lower(${normaliseAddress(
          "email",
          query.email.trim().replaceAll(" ", "+"),
          { path: "email" },
        )})`,
  ].filter((condition) => condition !== false);
  const profiles = await sql<Profile[]>`
    select id, "phoneNumber", email, "fbMessengerId", properties, "optIn", "createdAt", "updatedAt"
    from shown_profiles
    ${conditions}
    order by id
    limit ${query.limit + 1}`;
  return toPage(profiles, query.limit, (profile) => profile.id);
}

/** In a query a bare `+` arrives as a space: it is meant as the plus of the number. */
function phoneNumberInQuery(value: string): string {
  return normaliseAddress("phoneNumber", value.replace(/^ (?=\d)/, "+"), { path: "phoneNumber" });
}
