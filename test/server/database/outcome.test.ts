import assert from "node:assert/strict";
import { test } from "node:test";
import { knownOutcome } from "../../../server/database/outcome.ts";
import { formBody, testApp } from "../../support/app.ts";

test("a known outcome is returned", () => {
  assert.equal(knownOutcome("done", ["done", "confirm"]), "done");
});

test("an unknown outcome is an error", () => {
  assert.throws(() => knownOutcome("begun", ["done", "confirm"]), /answered "begun"/);
});

test("a submission with an unknown outcome is not a success", async () => {
  const app = await testApp();
  try {
    const { body: form } = await app.call("POST", "/v1/forms", formBody());
    const submit = () =>
      app.call("POST", `/public/forms/${form.id}/submissions`, { address: "07700 900150" });
    assert.equal((await submit()).status, 200);
    const { sql } = app.database;
    const [{ code }] = await sql<[{ code: string }]>`
      select pg_get_functiondef('submit_form'::regproc) as code`;
    await sql.unsafe(code.replace("outcome := 'done'", "outcome := 'begun'"));
    const { status, body } = await submit();
    assert.deepEqual([status, body.code], [500, "internal"]);
  } finally {
    await app.end();
  }
});
