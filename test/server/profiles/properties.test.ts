// How long a profile's properties may become, whichever way they come.

import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

/** Properties `{ <name>: ... }` of so many characters of JSON. */
function ofLength(length: number, name = "a") {
  return { [name]: "x".repeat(length - JSON.stringify({ [name]: "" }).length) };
}

const propertiesOf = async (id: string) =>
  (await app.call("GET", `/v1/profiles/${id}`)).body.properties;

/** A profile whose properties are 10,001 characters; with those of `more` they are 20,001. */
async function halfFull(id: string): Promise<{ fits: object; more: object }> {
  const { status } = await app.call("POST", "/v1/profiles", { id, properties: ofLength(10_001) });
  assert.equal(status, 201);
  // Joined, one bracket of each is a comma.
  return { fits: ofLength(10_000, "b"), more: ofLength(10_001, "b") };
}

describe("20,000 characters of properties are kept and 20,001 refused", () => {
  it("by PATCH, which then changes nothing else either", async () => {
    const { fits, more } = await halfFull("patched");
    const before = (await app.call("GET", "/v1/profiles/patched")).body;
    const { status, body } = await app.call("PATCH", "/v1/profiles/patched", {
      properties: more,
      email: "patched@example.com",
      optIn: { email: true },
    });
    assert.deepEqual([status, body.code, body.issues[0].path], [413, "too_large", "properties"]);
    assert.match(body.detail, /more than 20,000 characters .* Remove or shorten some first/);
    assert.deepEqual((await app.call("GET", "/v1/profiles/patched")).body, before);
    assert.equal(
      (await app.call("PATCH", "/v1/profiles/patched", { properties: fits })).status,
      200,
    );
  });

  it("by a hundred PATCHes of which each is small", async () => {
    await app.call("POST", "/v1/profiles", { id: "hundred" });
    const statuses = [];
    for (let i = 0; i < 100; i++) {
      const patch = { properties: ofLength(1_000, `name ${i}`) };
      statuses.push((await app.call("PATCH", "/v1/profiles/hundred", patch)).status);
    }
    assert.deepEqual(new Set(statuses.slice(20)), new Set([413]));
    assert.equal(JSON.stringify(await propertiesOf("hundred")).length <= 20_000, true);
  });

  it("by an import, row by row, and a dry run says so", async () => {
    const { fits, more } = await halfFull("imported");
    const rows = [
      { id: "imported", properties: more },
      { id: "imported", properties: fits },
    ];
    for (const dryRun of [true, false]) {
      const { body } = await app.call("POST", "/v1/profiles/import", { rows, dryRun });
      const [first, second] = body.items;
      assert.deepEqual([first.outcome, first.problem.code], ["refused", "too_large"]);
      assert.match(first.problem.detail, /more than 20,000 characters/);
      assert.equal(second.outcome, "updated");
    }
  });

  it("by a merge, which then leaves both", async () => {
    const { fits, more } = await halfFull("kept");
    await app.call("POST", "/v1/profiles", { id: "long", properties: more });
    await app.call("POST", "/v1/profiles", { id: "short", properties: fits });
    const { status, body } = await app.call("POST", "/v1/profiles/kept/merge", { from: "long" });
    assert.deepEqual([status, body.code], [413, "too_large"]);
    assert.deepEqual(await propertiesOf("long"), more);
    assert.equal(
      (await app.call("POST", "/v1/profiles/kept/merge", { from: "short" })).status,
      200,
    );
    assert.deepEqual(Object.keys(await propertiesOf("kept")), ["a", "b"]);
  });

  it("by whatever else writes them", async () => {
    const { sql } = app.database;
    const long = { properties: ofLength(20_001) as never };
    await assert.rejects(
      sql`select make_profiles(${sql.json([{ id: "written", ...long }])})`,
      /too long/,
    );
  });
});

describe("is counted as JSON.stringify writes it", () => {
  const units: [string, unknown][] = [
    ["lists, whose commas have no space", 1],
    ["empty lists", []],
    ["objects", { a: 1, b: null, c: [true, {}] }],
    ["text that looks like what stands between values", 'a, b: c", "d": [1, 2]'],
    ["text with backslashes", '\\", \\\\" \\'],
    ["control characters", "\u0001\n\t\u007f"],
    ["characters of two halves", "🙂 é 漢 🇺🇳"],
  ];
  for (const [index, [what, unit]] of units.entries()) {
    it(what, async () => {
      const list: unknown[] = [];
      const length = () => JSON.stringify({ list, fill: "" }).length;
      while (length() < 19_900) list.push(...Array<unknown>(10).fill(unit));
      while (length() > 20_000) list.pop();
      const fill = "x".repeat(20_000 - length());
      const id = `counted-${index}`;
      assert.equal(JSON.stringify({ list, fill }).length, 20_000);
      const made = await app.call("POST", "/v1/profiles", { id, properties: { list, fill } });
      assert.equal(made.status, 201);
      const longer = { properties: { fill: `${fill}x` } };
      assert.equal((await app.call("PATCH", `/v1/profiles/${id}`, longer)).status, 413);
    });
  }
});

test("what was longer before there was a limit can be kept, joined by an address and made shorter", async () => {
  const { sql } = app.database;
  await sql.begin(async (tx) => {
    await tx`alter table profiles disable trigger profiles_begin_short`;
    const properties = { ...ofLength(30_000), b: "1" };
    await tx`select make_profiles(${tx.json([{ id: "old", properties }] as never)})`;
    await tx`alter table profiles enable trigger profiles_begin_short`;
  });
  const change = async (patch: object) =>
    (await app.call("PATCH", "/v1/profiles/old", patch)).status;
  assert.equal(await change({ email: "old@example.com", optIn: { email: true } }), 200);
  assert.equal(await change({ properties: { c: "1" } }), 413);
  assert.equal(await change({ properties: { b: null } }), 200);
  const row = { id: "old", phoneNumber: "+447700900601" };
  const { body } = await app.call("POST", "/v1/profiles/import", { rows: [row] });
  assert.equal(body.items[0].outcome, "updated");
  assert.equal(await change({ properties: { a: null } }), 200);
});
