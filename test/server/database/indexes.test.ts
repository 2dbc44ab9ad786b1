// Indexes that take a while: made at boot of a small table, and else while the server works.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { open } from "../../../server/database/connect.ts";
import { indexes, makeLargeIndexes, makeSmallIndexes } from "../../../server/database/indexes.ts";
import { root } from "../../../server/env/root.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.end());

const name = "profiles_created_at";

async function isValid(index = name): Promise<boolean | undefined> {
  const [found] = await database.sql<{ indisvalid: boolean }[]>`
    select indisvalid from pg_index where indexrelid = to_regclass(${index})`;
  return found?.indisvalid;
}

test("a boot makes the indexes of a small table", async () => {
  await database.sql`drop index profiles_created_at`;
  await Promise.all([makeSmallIndexes(database.sql), makeSmallIndexes(database.sql)]);
  for (const index of indexes) assert.equal(await isValid(index.name), true, index.name);
});

test("a boot leaves a large table as it is, and the rest is made while others write", async () => {
  const { sql } = database;
  await sql`drop index profiles_created_at`;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into profiles (id, began_with)
      select 'large' || i, 1 from generate_series(1, 20000) i`;
  });
  await makeSmallIndexes(sql);
  assert.equal(await isValid(), undefined);
  const alone = open({ url: database.url }, { max: 1, prepare: false });
  const begun: string[] = [];
  assert.equal(await makeLargeIndexes(alone, (index) => begun.push(index)), 0);
  assert.deepEqual(begun, [name]);
  assert.equal(await isValid(), true);
  await alone.end();
});

test("what a server that ended left half made is made anew", async () => {
  const { sql } = database;
  await sql`update pg_index set indisvalid = false where indexrelid = to_regclass(${name})`;
  await makeSmallIndexes(sql);
  assert.equal(await isValid(), false);
  const alone = open({ url: database.url }, { max: 1, prepare: false });
  assert.equal(await makeLargeIndexes(alone), 0);
  assert.equal(await isValid(), true);
  await alone.end();
});

test("what another server makes just now is left to it", async () => {
  const { sql } = database;
  await sql`drop index profiles_created_at`;
  const [one, other, writer] = [1, 2, 3].map(() =>
    open({ url: database.url }, { max: 1, prepare: false }),
  ) as [ReturnType<typeof open>, ReturnType<typeof open>, ReturnType<typeof open>];
  // A transaction that wrote keeps the index from being finished until it ends.
  const release = await holdOpen(writer);
  const making = makeLargeIndexes(one);
  let left = 0;
  while (left === 0) left = (await building()) ? await makeLargeIndexes(other) : 0;
  assert.equal(left, 1);
  await release();
  assert.equal(await making, 0);
  assert.equal(await isValid(), true);
  await Promise.all([one, other, writer].map((opened) => opened.end()));

  async function building(): Promise<boolean> {
    return (await sql`select from pg_stat_progress_create_index`).length > 0;
  }
});

/** A transaction that has written a profile, open until the answer is called. */
async function holdOpen(sql: ReturnType<typeof open>): Promise<() => Promise<void>> {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = () => {};
  const ready = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const held = sql.begin(async (tx) => {
    await tx`update profiles set properties = '{}' where id = 'large1'`;
    begun();
    await until;
  });
  await ready;
  return async () => {
    release();
    await held;
  };
}

test("whoever changes what an index is of gives it another name", () => {
  const text = readFileSync(join(root, "server/profiles/search_text.sql"), "utf8");
  const code = text.replace(/^--.*\n/gm, "");
  assert.equal(
    createHash("sha256").update(code).digest("hex").slice(0, 16),
    "e9a976b7bf55d6ff",
    "count up profiles_search_N in server/database/indexes.ts, drop the former in a migration",
  );
});
