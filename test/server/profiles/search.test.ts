// Finding people as one types: by id, phone number, e-mail address or property.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  for (const person of [
    { id: "Ada", phoneNumber: "+447700900123", email: "Lovelace@Engine.example" },
    { id: "bob", phoneNumber: "+12125550177", properties: { city: "London", Plan: "gold" } },
    {
      id: "cleo",
      email: "cleo@sub.engine.example",
      properties: { home: "London", city: "london", age: 42 },
    },
    {
      id: "dan",
      phoneNumber: "+390669812345",
      properties: { vip: true, note: "100% _real_ \\ 'x'" },
    },
  ]) {
    assert.equal((await app.call("POST", "/v1/profiles", person)).status, 201);
  }
});
after(() => app.end());

/** The ids that a search finds, in order, read in pages of `limit`. */
async function found(search: string, limit = 50): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  do {
    const { status, body } = await app.call(
      "GET",
      `/v1/profiles?limit=${limit}&search=${encodeURIComponent(search)}${cursor && `&cursor=${cursor}`}`,
    );
    assert.equal(status, 200, JSON.stringify(body));
    ids.push(...body.items.map((profile: { id: string }) => profile.id));
    cursor = body.nextCursor ?? "";
  } while (cursor);
  return ids;
}

for (const [search, ids] of [
  ["ada", ["Ada"]],
  ["AD", ["Ada"]],
  ["+44 7700", ["Ada"]],
  ["447700900123", ["Ada"]],
  ["0044 (7700)", ["Ada"]],
  ["07700 9", ["Ada"]],
  ["7700-900", ["Ada"]],
  ["0123", ["Ada"]],
  ["(212) 555", ["bob"]],
  ["06 698", ["dan"]],
  ["love", ["Ada"]],
  ["LOVELACE@e", ["Ada"]],
  ["@engine", ["Ada"]],
  ["engine.ex", ["Ada"]],
  ["LONDON", ["bob", "cleo"]],
  ["city:lon", ["bob", "cleo"]],
  ["home: Lon", ["cleo"]],
  ["Plan:gold", ["bob"]],
  ["42", ["cleo"]],
  ["vip:true", ["dan"]],
  ["100%", ["dan"]],
  ["note:100% _real_ \\ 'x'", ["dan"]],
  ["%", []],
  ["_", []],
  ["\\", []],
  ["ondon", []],
  ["+", ["Ada", "bob", "dan"]],
  ["plan", []],
  ["city:", ["bob", "cleo"]],
  ["nobody", []],
  ["\u{10ffff}", []],
] as const) {
  test(`a search for ${search} finds ${ids.join(" and ") || "nobody"}`, async () => {
    assert.deepEqual((await found(search)).sort(), [...ids]);
  });
}

test("a search of nothing but spaces finds everybody", async () => {
  const { body } = await app.call("GET", "/v1/profiles?search=%20");
  assert.ok(body.items.length >= 4);
});

test("pages of a search hold each person once, whichever of their things were found", async () => {
  for (let person = 0; person < 30; person++) {
    await app.call("POST", "/v1/profiles", {
      id: `same${person}`,
      email: `same${person % 2 ? person : 100 - person}@same.example`,
      properties: { first: "Same again", second: "same", third: person < 3 ? "Same again" : 1 },
    });
  }
  await app.call("POST", "/v1/profiles", { id: "other", email: "x@same.example" });
  await app.call("POST", "/v1/profiles", { id: "another", properties: { a: "same", b: "same" } });
  for (const limit of [1, 4, 7, 50]) {
    const ids = await found("same", limit);
    assert.equal(ids.length, 32, `pages of ${limit}`);
    assert.equal(new Set(ids).size, 32, `pages of ${limit}`);
  }
});

test("a changed property is found as it is now, and one that is gone is not", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "moved",
    properties: { town: "Oldham", gone: "Vanished" },
  });
  await app.call("PATCH", "/v1/profiles/moved", { properties: { town: "Newquay", gone: null } });
  assert.deepEqual(await found("Newq"), ["moved"]);
  assert.deepEqual(await found("Oldham"), []);
  assert.deepEqual(await found("Vanished"), []);
});

test("nothing of a deleted profile is left to be found", async () => {
  await app.call("POST", "/v1/profiles", { id: "deleted", properties: { secret: "Rosebud" } });
  await app.call("DELETE", "/v1/profiles/deleted");
  assert.deepEqual(await found("rosebud"), []);
  const [left] = await app.database
    .sql`select count(*)::int from profile_properties where profile_id = 'deleted'`;
  assert.equal(left?.count, 0);
});

test("long and strange properties are kept, and found by how they begin", async () => {
  const long = "ß😀".repeat(2_000);
  const properties = {
    [long]: "under a long name",
    text: long,
    list: ["x"],
    none: "",
    object: { a: 1 },
  };
  const { status } = await app.call("POST", "/v1/profiles", { id: "strange", properties });
  assert.equal(status, 201);
  assert.deepEqual(await found(long.slice(0, 300)), ["strange"]);
  assert.deepEqual(await found("under a long"), ["strange"]);
});

test("a cursor that is not from a search is refused", async () => {
  const cursors = ["x", "[]", '[1,"a","b"', '[1,"\\u0000","b"]', '[1,"\\ud800","b"]'];
  for (const cursor of cursors.map((text) => Buffer.from(text).toString("base64url"))) {
    const { status } = await app.call("GET", `/v1/profiles?search=a&cursor=${cursor}`);
    assert.equal(status, 422, cursor);
  }
});

test("a search beside an address is refused", async () => {
  const { status, body } = await app.call("GET", "/v1/profiles?search=a&email=a@b.example");
  assert.equal(status, 422);
  assert.equal(body.issues[0].path, "search");
});

test("however many a search finds, and by whichever way, it is read along an index", async () => {
  const { sql } = app.database;
  const ways = ["id", "email", "domain", "phoneNumber", "nationalNumber", "lastDigits", "property"];
  await sql.begin(async (tx) => {
    for (const by of ways) {
      const began = await scans();
      await tx`select from search_profiles(${tx.json([{ by, prefix: "a" }])}, null, 51)`;
      assert.deepEqual(await scans(), began, by);
    }
    /** How often tables were read from end to end by this session. */
    async function scans() {
      const tables = await tx`
        select relname, seq_scan from pg_stat_xact_user_tables
        where relname in ('profiles', 'profile_properties') order by 1`;
      return tables.map(({ seq_scan }) => seq_scan);
    }
  });
});
