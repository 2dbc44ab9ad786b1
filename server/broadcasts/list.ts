// A broadcast's list of people, in batches: its entries are never all held beside the list itself.

import Papa from "papaparse";
import { normaliseAddress } from "../addresses/normalise.ts";
import { type Sql, transaction } from "../database/connect.ts";
import { invalid } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Audience } from "../schemas/broadcasts.ts";

type Entry = { given: string; kind: "profileId" | "phoneNumber" | "email"; value: string };

const batchSize = 10_000;

/**
 * Runs `work` with the id under which the entries of a list stand in `audience_entries`, each with
 * its profile; null where the audience is no list. Throws `invalid`.
 */
export async function withList<Result>(
  sql: Sql,
  audience: Audience,
  work: (sql: Sql, list: string | null) => Promise<Result>,
): Promise<Result> {
  if ("everyone" in audience || "property" in audience) return work(sql, null);
  return transaction(sql, async (tx) => {
    const list = newId();
    let position = 0;
    for (const entries of batchesOf(audience)) {
      const rows = entries.map((entry) => ({ ...entry, position: position++ }));
      await tx`
        insert into audience_entries (list, position, given, profile_id)
        select ${list}, entry.position, entry.given, q.id
        from jsonb_to_recordset(${tx.json(rows)}) as entry (
          position int, given text, kind text, value text
        )
        left join profiles q on (entry.kind = 'profileId' and q.id = entry.value)
          or (entry.kind = 'phoneNumber' and q.phone_number = entry.value)
          or (entry.kind = 'phoneNumber' and left(entry.value, 3) in ('+52', '+54', '+55')
            and q.id = profile_with(entry.kind, entry.value))
          or (entry.kind = 'email' and lower(q.email) = lower(entry.value))`;
    }
    const result = await work(tx, list);
    await tx`delete from audience_entries where list = ${list}`;
    return result;
  });
}

function* batchesOf(audience: Audience): Generator<Entry[]> {
  if ("csv" in audience) yield* batchesOfCsv(audience.csv);
  if ("profileIds" in audience)
    for (const ids of batches(audience.profileIds))
      yield ids.map((id) => ({ given: id, kind: "profileId", value: id }));
  if ("addresses" in audience)
    for (const addresses of batches(audience.addresses)) yield addresses.map(entryOf);
}

function* batches(items: string[]): Generator<string[]> {
  for (let start = 0; start < items.length; start += batchSize)
    yield items.slice(start, start + batchSize);
}

/** What is not a valid address belongs to nobody. */
function entryOf(given: string): Entry {
  const kind = given.includes("@") ? "email" : "phoneNumber";
  try {
    return { given, kind, value: normaliseAddress(kind, given, { path: "audience" }) };
  } catch {
    return { given, kind, value: "" };
  }
}

function* batchesOfCsv(csv: string): Generator<Entry[]> {
  const columns = ["profileId", "phoneNumber", "email"] as const;
  const lines = linesOf(csv.trim());
  const [names = []] = lines.next().value ?? [];
  const column = columns.find((name) => names.includes(name));
  if (!column)
    throw invalid(
      "audience.csv",
      "The first line must name a column profileId, phoneNumber or email.",
    );
  const index = names.indexOf(column);
  for (const some of lines) {
    yield some.map((cells) => {
      const given = (cells[index] ?? "").trim();
      return column === "profileId" ? { given, kind: column, value: given } : entryOf(given);
    });
  }
}

/** The first line, and then the others, some at a time. */
function* linesOf(text: string): Generator<string[][]> {
  // Papa's fast mode, and its guess of the delimiter, split all of a text at once.
  const options = { skipEmptyLines: "greedy", fastMode: false } as const;
  const first = Papa.parse<string[]>(text.slice(0, 1_000_000), { ...options, preview: 1 });
  yield first.data;
  const { delimiter, linebreak: newline } = first.meta;
  for (let left = text.slice(first.meta.cursor); left !== ""; ) {
    const { data, meta } = Papa.parse<string[]>(left, {
      ...{ ...options, delimiter, newline: newline as "\n" },
      preview: batchSize,
    });
    if (data.length > 0) yield data;
    left = meta.truncated ? left.slice(meta.cursor) : "";
  }
}
