// Exporting people as CSV, page by page: no list is ever held in memory, and no connection waits
// for a slow reader.

import Papa from "papaparse";
import { channels } from "../addresses/channels.ts";
import type { Sql } from "../database/connect.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Source } from "../schemas/flags.ts";
import type { Profile } from "../schemas/profiles.ts";
import { type After, foundPeople } from "./find.ts";

type Flags = Record<Channel, { optedIn: boolean; source: Source; since: string }>;
type Exported = Pick<Profile, "id" | "phoneNumber" | "email" | "fbMessengerId" | "properties"> & {
  key: string;
  flags: Flags;
};

const batchSize = 1_000;
/**
 * How many properties get a column of their own; the others go into the last column, as JSON.
 */
const ownColumns = 200;

/**
 * The CSV of everybody, or of those whom a search finds, piece by piece. Each page is as it was
 * when it was read.
 */
export async function* exportProfiles(
  sql: Sql,
  { search }: { search?: string | undefined },
): AsyncGenerator<string> {
  const names = await propertyNames(sql);
  const header = [
    ...["id", "phoneNumber", "email", "fbMessengerId"],
    ...channels.flatMap((channel) =>
      ["", ".source", ".since"].map((part) => `optIn.${channel}${part}`),
    ),
    ...names.map((name) => `properties.${name}`),
    "properties",
  ];
  // Without a byte order mark, spreadsheets misread the encoding.
  yield `\ufeff${toCsv([header])}`;
  let after: After | undefined;
  do {
    const people: Exported[] = await pageAfter(sql, search?.trim() || undefined, after);
    if (people.length > 0) yield toCsv(people.map((person) => toCells(person, names)));
    after = people.length < batchSize ? undefined : people.at(-1);
  } while (after);
}

// Some spreadsheet treats text that begins like this as a formula. A phone number evaluates to
// itself, so it stays as it is.
const formula = /^(?!\+\d{7,15}$)[=+\-@\t\r\n＝＋－＠]/;

/** Lines of CSV; text that a spreadsheet would calculate begins with an apostrophe. */
function toCsv(lines: unknown[][]): string {
  return `${Papa.unparse(lines, { escapeFormulae: formula, newline: "\r\n" })}\r\n`;
}

function toCells(
  { id, phoneNumber, email, fbMessengerId, properties, flags }: Exported,
  names: string[],
): unknown[] {
  const rest = Object.entries(properties).filter(([name]) => !names.includes(name));
  return [
    ...[id, phoneNumber, email, fbMessengerId],
    ...channels.flatMap((channel) => {
      const { optedIn, source, since } = flags[channel];
      return [optedIn, source, since];
    }),
    ...names.map((name) => (Object.hasOwn(properties, name) ? toCell(properties[name]) : "")),
    rest.length > 0 ? JSON.stringify(Object.fromEntries(rest)) : "",
  ];
}

function toCell(value: unknown): unknown {
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** The names of properties, those of all people. */
async function propertyNames(sql: Sql): Promise<string[]> {
  const names = await sql<{ name: string }[]>`
    select distinct name collate "C" as name
    from profiles p cross join jsonb_object_keys(p.properties) name
    order by 1 limit ${ownColumns}`;
  return names.map(({ name }) => name);
}

function pageAfter(
  sql: Sql,
  search: string | undefined,
  after: After | undefined,
): Promise<Exported[]> {
  const found =
    search === undefined
      ? sql`found as (
          select id, id as key from profiles
          where ${after ? sql`id > ${after.id}` : sql`true`} order by id limit ${batchSize}
        )`
      : foundPeople(sql, { search, limit: batchSize, after });
  return sql<Exported[]>`
    with ${found}
    select found.key::text as key, p.id, p.phone_number as "phoneNumber", p.email,
      p.fb_messenger_id as "fbMessengerId", p.properties,
      (select json_object_agg(f.channel,
        json_build_object('optedIn', f.opted_in, 'source', f.source,
          'since', to_char(f.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
        from flags f where f.profile_id = p.id) as flags
    from found join profiles p on p.id = found.id
    order by ${search === undefined ? sql`p.id` : sql`found.key desc, found.id desc`}`;
}
