// Waiting for a lock delays nobody else.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { transaction } from "../../../server/database/connect.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;

before(async () => {
  database = await testDatabase();
  await database.sql`create table people (id int primary key, name text)`;
});
after(() => database.end());
beforeEach(async () => {
  await database.sql`truncate people`;
  await database.sql`insert into people values (1, 'Ann'), (2, 'Ben')`;
});

/** Holds the row of person 1 until `work` is done, or releases it. */
async function whileHeld(work: (release: () => void) => Promise<void>): Promise<void> {
  let working: Promise<void> | undefined;
  await database.dispatch.begin(async (tx) => {
    await tx`select from people where id = 1 for update`;
    await new Promise<void>((release) => {
      working = work(release).finally(release);
    });
  });
  await working;
}

function name(id: number, name: string) {
  const { sql } = database;
  return sql<{ name: string }[]>`
    update people set name = ${name} where ${sql`id = ${id}`} returning name`;
}

/** How many statements are waiting for a lock. */
async function waiting(): Promise<number> {
  const [row] = await database.reads<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  return row?.count ?? 0;
}

test("a statement about one person is answered while forty wait for another person", async () => {
  await whileHeld(async (release) => {
    const others = Array.from({ length: 40 }, (_, n) => name(1, `Ann ${n}`).execute());
    const answers = Promise.all(others.map(async (other) => (await other)[0]?.name));
    await until("the statements to wait", async () => (await waiting()) > 0);
    const [ben] = await name(2, "Benjamin");
    assert.equal(ben?.name, "Benjamin");
    assert.notEqual(await waiting(), 0, "the others still wait");
    release();
    const expected = Array.from({ length: 40 }, (_, n) => `Ann ${n}`);
    assert.deepEqual(await answers, expected);
  });
});

test("a transaction that meets a lock runs again, and nothing of its first run remains", async () => {
  let runs = 0;
  await whileHeld(async (release) => {
    const renamed = transaction(database.sql, async (tx) => {
      runs++;
      await tx`insert into people values (${10 + runs}, 'Cleo')`;
      if (runs === 2) release();
      await tx`update people set name = 'Anna' where id = 1`;
    });
    await renamed;
  });
  const rows = await database.sql`select id, name from people order by id`;
  assert.deepEqual(
    rows.map(({ id, name }) => [id, name]),
    [
      [1, "Anna"],
      [2, "Ben"],
      [12, "Cleo"],
    ],
  );
});

test("a statement that fails for another reason runs once", async () => {
  const { sql } = database;
  await sql`create sequence runs`;
  const failing = sql`select nextval('runs'), 1 / (random() * 0)::int`;
  await assert.rejects(failing, { code: "22012" });
  await assert.rejects(failing, { code: "22012" });
  const [row] = await sql`select last_value::int as runs from runs`;
  assert.equal(row?.runs, 1);
});

test("a statement that is awaited twice runs once, and a fragment never runs", async () => {
  const { sql } = database;
  const added = sql`insert into people values (3, 'Cleo') returning id`;
  assert.equal((await added)[0]?.id, 3);
  assert.equal((await added)[0]?.id, 3);
  const part = sql`id = 3`;
  const rows = await sql`select id from people where ${part}`;
  assert.equal(rows.length, 1);
});

test("an idle transaction loses its locks, and whoever waits continues", async () => {
  const held = whileHeld(async () => {
    const [ann] = await name(1, "Anna");
    assert.equal(ann?.name, "Anna");
  });
  await assert.rejects(held, "the transaction that stood still was ended");
});

test("every connection has limits for statements, locks and idle transactions", async () => {
  const { sql, reads, slowReads, slowWrites, dispatch } = database;
  for (const [pool, [statement, lock]] of [
    [sql, ["8s", "100ms"]],
    [reads, ["8s", "7s"]],
    [slowReads, ["10min", "7s"]],
    [slowWrites, ["10min", "7s"]],
    [dispatch, ["30s", "7s"]],
  ] as const) {
    const [limits] = await pool`
      select current_setting('statement_timeout') as statement,
        current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle`;
    assert.deepEqual({ ...limits }, { statement, lock, idle: "5s" });
  }
});
