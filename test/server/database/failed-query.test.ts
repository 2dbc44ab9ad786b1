// postgres.js counts the rows of a query that failed midway into the next one's, unless it is
// patched (patches/).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "../../../server/database/connect.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

let database: TestDatabase;

before(async () => {
  database = await testDatabase();
});

after(() => database.end());

test("a query that fails after its first rows leaves none of them to the next on its connection", async () => {
  const one = open({ url: database.url }, { max: 1 });
  const failed = one`select 1 / (3 - n) as part from generate_series(1, 5) n`;
  const next = one`select n from generate_series(1, 2) n`;
  await assert.rejects(failed, { code: "22012" });
  assert.deepEqual([...(await next)], [{ n: 1 }, { n: 2 }]);
  await one.end();
});
