// postgres.js takes a transaction whose connection is lost for ended, unless it is patched
// (patches/).

import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../../../server/database/connect.ts";
import { testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

test("a transaction whose connection was cut continues on no other connection, and the pool keeps working", async () => {
  const database = await testDatabase();
  const { sql, reads } = database;
  const one = open({ url: database.url }, { max: 1 });
  try {
    await sql`create table marks (mark text)`;
    let later: unknown;
    const work = one.begin(async (tx) => {
      await tx`insert into marks values ('first')`;
      const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const pid = row?.pid ?? 0;
      await reads`select pg_terminate_backend(${pid})`;
      // Somebody else's query reopens the connection.
      await until("the connection to be open again", () => one`select 1`.catch(() => undefined));
      later = await tx`insert into marks values ('second')`.catch(
        (error: Error & { code: string }) => error.code,
      );
    });
    await assert.rejects(work);
    await until("the transaction to end", () => later);
    assert.deepEqual([...(await one`select mark from marks`)], []);
    assert.equal(typeof later, "string");
  } finally {
    await one.end();
    await database.end();
  }
});
