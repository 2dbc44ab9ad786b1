import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { applySqlCode, readSqlCode, type SqlCode } from "../../../server/database/sql-code.ts";
import { upgrade } from "../../../server/database/upgrade.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let shipped: SqlCode;
before(async () => {
  database = await testDatabase();
  shipped = await readSqlCode();
});
after(() => database.end());

/** The shipped code with another function, as the next version of it might have. */
function changed(answer: number, version = shipped.version): SqlCode {
  const text = `${shipped.text}
    create or replace function answer() returns int language sql as $$ select ${answer} $$;`;
  return { version, text, hash: `${version} ${answer}` };
}

async function answer(): Promise<number | undefined> {
  const [row] = await database.sql<{ answer: number }[]>`select answer()`;
  return row?.answer;
}

const transactionOfCode = async () =>
  (await database.sql<{ xmin: string }[]>`select xmin::text from sql_code`)[0]?.xmin;

test("a database that has this code already is left unchanged", async () => {
  const before = await transactionOfCode();
  await upgrade(database.sql);
  assert.equal(await transactionOfCode(), before);
});

test("changed code is applied", async () => {
  await applySqlCode(database.sql, changed(1));
  assert.equal(await answer(), 1);
  await applySqlCode(database.sql, changed(2));
  assert.equal(await answer(), 2);
});

test("servers that boot at once apply it once", async () => {
  await database.sql`create table applied (by int)`;
  const once = changed(3);
  once.text += "insert into applied (by) select pg_backend_pid();";
  await Promise.all(Array.from({ length: 6 }, () => applySqlCode(database.sql, once)));
  const [count] = await database.sql`select count(*)::int as times from applied`;
  assert.equal(count?.times, 1);
});

test("a failure leaves the previous code", async () => {
  const broken = changed(4);
  broken.text += "create or replace function half( returns";
  await assert.rejects(applySqlCode(database.sql, broken), { code: "42601" });
  assert.equal(await answer(), 3);
});

test("it waits for a running request on a table with triggers", async () => {
  const { sql } = database;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const writing = sql.begin(async (transaction) => {
    await transaction`select make_profiles('[{"id": "under-way"}]')`;
    await finished;
  });
  await until("the request holds the table", async () => {
    const [row] = await sql`select count(*)::int as held from pg_locks
      where relation = 'profiles'::regclass and mode = 'RowExclusiveLock'`;
    return row?.held > 0;
  });
  const applying = applySqlCode(sql, changed(5));
  await until("the code waits for the table", async () => {
    const [row] = await sql`select count(*)::int as waiting from pg_locks
      where relation = 'profiles'::regclass and not granted`;
    return row?.waiting > 0;
  });
  finish();
  await Promise.all([writing, applying]);
  assert.equal(await answer(), 5);
});

test("an older version refuses to start, and leaves the newer code", async () => {
  await applySqlCode(database.sql, changed(6, "99.1.0"));
  for (const version of ["99.0.9", "98.2.0", "0.2.0"]) {
    await assert.rejects(applySqlCode(database.sql, changed(7, version)), {
      name: "CannotStart",
      message: /used by Opt-in Kit 99\.1\.0, which is newer than this version/,
    });
  }
  assert.equal(await answer(), 6);
  await applySqlCode(database.sql, changed(8, "99.1.1"));
  assert.equal(await answer(), 8);
});
