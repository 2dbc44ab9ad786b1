// Indexes that take a while to make where there are many rows: made at boot where the table is
// small, and else beside everything else, while the server already works without them.

import type postgres from "postgres";
import type { Sql } from "./connect.ts";
import { inTurn } from "./in-turn.ts";

type Index = { name: string; table: string; on: string };

/**
 * One whose name ends in a number is of functions of ours: whoever changes what these answer counts
 * the number up and drops the former index in a migration.
 */
export const indexes: Index[] = [
  {
    name: "profiles_search_1",
    table: "profiles",
    on: `using gin (
      search_tokens(p_properties => properties, p_id => id, p_phone_number => phone_number,
        p_email => email, p_fb_messenger_id => fb_messenger_id,
        p_whats_app_id => whats_app_id))`,
  },
  { name: "profiles_created_at", table: "profiles", on: "(created_at)" },
];

/** A table of fewer rows gets its indexes at once: that takes a second. */
const few = 20_000;

/** Makes the indexes that are missing on small tables. Servers that boot at once take turns. */
export async function makeSmallIndexes(sql: postgres.Sql): Promise<void> {
  if ((await missing(sql)).length === 0) return;
  await inTurn(sql, async (transaction) => {
    for (const { name, table, on, valid } of await missing(transaction)) {
      const [{ rows = 0 } = {}] = await transaction<{ rows: number }[]>`
        select count(*)::int as rows from (select from ${transaction(table)} limit ${few}) counted`;
      if (rows === few || valid === false) continue;
      await transaction.unsafe(`create index if not exists ${name} on ${table} ${on}`);
    }
  });
}

/**
 * Makes what is still missing without keeping any writer waiting, and answers how many are left to
 * another server that makes them just now. What a server that ended left half made is begun again.
 * The connection must be one that may take long.
 */
export async function makeLargeIndexes(
  sql: postgres.Sql,
  onBegin: (name: string) => void = () => {},
): Promise<number> {
  let left = 0;
  for (const { name, table, on, valid } of await missing(sql)) {
    const [building] = await sql`
      select from pg_stat_progress_create_index where index_relid = to_regclass(${name})`;
    if (building) {
      left++;
      continue;
    }
    onBegin(name);
    if (valid === false) await sql.unsafe(`drop index concurrently if exists ${name}`);
    await sql.unsafe(`create index concurrently if not exists ${name} on ${table} ${on}`);
  }
  return left;
}

/** The indexes that are not there, or there but not finished (`valid` is false). */
async function missing(sql: Sql): Promise<(Index & { valid: boolean | null })[]> {
  const states = await sql<{ name: string; valid: boolean | null }[]>`
    select wanted.name, i.indisvalid as valid
    from jsonb_array_elements_text(${sql.json(indexes.map(({ name }) => name))}) wanted (name)
    left join pg_index i on i.indexrelid = to_regclass(wanted.name)`;
  return indexes.flatMap((index) => {
    const valid = states.find(({ name }) => name === index.name)?.valid ?? null;
    return valid ? [] : [{ ...index, valid }];
  });
}
