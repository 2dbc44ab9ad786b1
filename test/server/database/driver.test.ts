// postgres.js answers statements that never ran when a connection is reset, unless it is patched
// (patches/).

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type postgres from "postgres";
import { open } from "../../../server/database/connect.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let sql: postgres.Sql;
let socket: Socket;

before(async () => {
  database = await testDatabase();
  await database.sql`create table proof (x int)`;
});
after(() => database.end());

beforeEach(async () => {
  await database.sql`truncate proof`;
  const folder = new URL(database.url).searchParams.get("host");
  const connected = async () => {
    socket = connectSocket(`${folder}/.s.PGSQL.5432`);
    await once(socket, "connect");
    return socket;
  };
  sql = open({ url: database.url }, { max: 1, socket: connected } as unknown as Parameters<
    typeof open
  >[1]);
  await sql`select 1`;
});
afterEach(() => sql.end({ timeout: 1 }));

/** As Node does when the other end resets the connection. */
function reset(): void {
  socket.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
}

/** Resolves once the socket is closed; `once` would reject at the error before. */
function closing(): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Runs `work` in the turn between the socket's error and its close. */
function betweenErrorAndClose<Result>(work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    socket.once("error", () => work().then(resolve, reject));
    reset();
  });
}

async function rows(): Promise<number> {
  const [row] = await database.sql<{ count: number }[]>`select count(*)::int as count from proof`;
  return row?.count ?? Number.NaN;
}

/** A lost connection is replaced, and answers each statement with its own rows. */
async function answersAsAsked(): Promise<void> {
  const answers = await Promise.all(
    [1, 2, 3].map((n) => sql<{ n: number }[]>`select ${n}::int as n`),
  );
  assert.deepEqual(
    answers.map(([row]) => row?.n),
    [1, 2, 3],
  );
}

test("a statement asked for between a socket's error and its close is rejected", async () => {
  await assert.rejects(
    betweenErrorAndClose(() => sql`insert into proof values (42) returning x`.execute()),
    { code: "CONNECTION_CLOSED" },
  );
  await answersAsAsked();
  assert.equal(await rows(), 0);
});

test("every statement in flight or pipelined behind it is rejected by a reset", async () => {
  const asked = Array.from({ length: 5 }, () => sql`select pg_sleep(30)`.execute());
  const settled = Promise.allSettled(asked);
  await sleeping();
  const closed = closing();
  reset();
  for (const { status } of await settled) assert.equal(status, "rejected");
  await closed;
  await answersAsAsked();
});

test("a transaction begun between a socket's error and its close fails before its body runs", async () => {
  let ran = false;
  await assert.rejects(
    betweenErrorAndClose(() =>
      sql.begin(async (transaction) => {
        ran = true;
        await transaction`insert into proof values (1)`;
        throw new Error("roll back");
      }),
    ),
    { code: "CONNECTION_CLOSED" },
  );
  assert.equal(ran, false);
  await answersAsAsked();
  assert.equal(await rows(), 0);
});

test("statements that wait inside a transaction are rejected when its connection is lost", async () => {
  let waiting: Promise<PromiseSettledResult<unknown>[]> | undefined;
  const lost = sql.begin(async (transaction) => {
    // More than are pipelined, so that some wait for a slot.
    const asked = Array.from({ length: 150 }, () => transaction`select pg_sleep(30)`.execute());
    waiting = Promise.allSettled(asked);
    await waiting;
  });
  lost.catch(() => {});
  await sleeping();
  reset();
  await assert.rejects(lost, { code: /CONNECTION_CLOSED|ECONNRESET/ });
  for (const { status } of (await waiting) ?? []) assert.equal(status, "rejected");
  await answersAsAsked();
});

test("a transaction whose connection was lost writes nothing on the one that follows", async () => {
  await assert.rejects(
    sql.begin(async (transaction) => {
      await transaction`insert into proof values (1)`;
      const closed = closing();
      reset();
      await closed;
      const next = sql`select 1`.execute();
      const late = transaction`insert into proof values (2)`.execute();
      await assert.rejects(late, { code: "CONNECTION_CLOSED" });
      await next;
      await transaction`insert into proof values (3)`;
    }),
    { code: "CONNECTION_CLOSED" },
  );
  assert.equal(await rows(), 0);
});

/** Waits until the database works on the test's statement. */
async function sleeping(): Promise<void> {
  await until("the statement runs", async () => {
    const [row] = await database.sql<{ busy: boolean }[]>`
      select exists (
        select from pg_stat_activity
        where datname = current_database() and query like '%pg_sleep(30)%'
          and state = 'active' and pid <> pg_backend_pid()
      ) as busy`;
    return row?.busy;
  });
}
