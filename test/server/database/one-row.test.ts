import assert from "node:assert/strict";
import { test } from "node:test";
import { oneRow } from "../../../server/database/one-row.ts";

test("returns the row", async () => {
  assert.deepEqual(await oneRow(Promise.resolve([{ id: "a" }])), { id: "a" });
});

test("a statement that returns no row did not run, and is an error", async () => {
  await assert.rejects(oneRow(Promise.resolve([])), /it did not run/);
});
