// Finding people as you type: by the beginning of an id, an address or a property, or by the last
// digits of a number.

import { fromCursor, type Page, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import { invalid } from "../errors.ts";
import type { Profile } from "../schemas/profiles.ts";

/**
 * A way of finding people, and the beginning to look for; `name` is that of the one property to
 * look at.
 */
type Way = { by: string; prefix: string; name?: string };

/** Where the previous page ended: in which way of searching, at which value, at which profile. */
type After = { way: number; key: string; id: string };

type Found = Profile & { way: number; key: string };

/**
 * A page of the people that `search` finds, best first. Throws `invalid` for a cursor that is not
 * ours.
 */
export async function searchProfiles(
  sql: Sql,
  { search, limit, cursor }: { search: string; limit: number; cursor?: string | undefined },
): Promise<Page<Profile>> {
  const found = await sql<Found[]>`
    select found.way, found.key, p.id, p."phoneNumber", p.email, p."fbMessengerId", p.properties,
      p."optIn", p."createdAt", p."updatedAt"
    from search_profiles(${sql.json(waysOf(search))},
      ${sql.json((afterCursor(cursor) ?? null) as never)}, ${limit + 1}::int) found
    join shown_profiles p on p.id = found.id
    order by found.way, found.key collate "C", p.id`;
  const page = toPage(found, limit, ({ way, key, id }) => JSON.stringify([way, key, id]));
  return { ...page, items: page.items.map(({ way: _way, key: _key, ...profile }) => profile) };
}

/** How to look for what was typed, the likeliest first. */
export function waysOf(search: string): Way[] {
  const typed = search.trim();
  const named = /^([^:]+):\s*(.*)$/su.exec(typed);
  return [
    { by: "id", prefix: typed },
    { by: "email", prefix: typed },
    ...waysOfNumber(typed),
    ...(/^@?[^@]+$/.test(typed) ? [{ by: "domain", prefix: typed.replace("@", "") }] : []),
    ...(named
      ? [{ by: "property", name: named[1] as string, prefix: shown(named[2] as string) }]
      : []),
    { by: "property", prefix: shown(typed) },
  ];
}

/** A number with its country's code, without it, or its last digits. */
function waysOfNumber(typed: string): Way[] {
  if (!/^[+\d][\d\s()./-]*$|^\(\d[\d\s()./-]*$/.test(typed)) return [];
  const digits = typed.replace(/\D/g, "");
  const abroad = digits.replace(/^00/, "");
  const ways = [{ by: "phoneNumber", prefix: `+${abroad}` }];
  if (typed.startsWith("+") || abroad !== digits) return ways;
  const national = [...new Set([digits, digits.replace(/^0/, "")])].filter(
    (prefix) => prefix !== "",
  );
  ways.push(...national.map((prefix) => ({ by: "nationalNumber", prefix })));
  // Fewer digits would match too many numbers.
  if (digits.length >= 3) ways.push({ by: "lastDigits", prefix: [...digits].reverse().join("") });
  return ways;
}

/** What is kept of a property to be found by. */
function shown(value: string): string {
  return [...value].slice(0, 100).join("");
}

function afterCursor(cursor: string | undefined): After | undefined {
  const text = fromCursor(cursor, /^\[\d{1,2},".*","[A-Za-z0-9._@-]{1,64}"\]$/su);
  if (text === undefined) return undefined;
  try {
    const [way, key, id] = JSON.parse(text) as [number, string, string];
    if (!key.includes("\0") && key.isWellFormed()) return { way, key, id };
  } catch {
    // Thrown below.
  }
  throw invalid("cursor", "Pass the nextCursor of the page before, as it is.");
}
