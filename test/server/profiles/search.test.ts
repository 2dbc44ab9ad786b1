// Finding people as one types: by words inside an id, an address or the value of a property.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { searchProfiles } from "../../../server/profiles/find.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { testDatabase } from "../../support/database.ts";

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
    { id: "eve", properties: { Name: "Zoë Straße-Løkken", ОТ: "Жанна Ёлкина", 名前: "東京 花子" } },
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
  ["00900", ["Ada"]],
  ["(212) 555", ["bob"]],
  ["06 698", ["dan"]],
  ["love", ["Ada"]],
  ["LOVELACE@e", ["Ada"]],
  ["gine.ex", ["Ada", "cleo"]],
  ["@engine", ["Ada"]],
  ["LONDON", ["bob", "cleo"]],
  ["ondon", ["bob", "cleo"]],
  ["lon", ["bob", "cleo"]],
  ["lo", ["Ada", "bob", "cleo"]],
  ["on", []],
  ["london gold", ["bob"]],
  ["Gold, London", ["bob"]],
  ["london silver", []],
  ["city:lon", ["bob", "cleo"]],
  ["CITY: Ondon", ["bob", "cleo"]],
  ["home: Lon", ["cleo"]],
  ["plan:gold", ["bob"]],
  ["plan:london", []],
  ["42", ["cleo"]],
  ["vip:true", ["dan"]],
  ["100%", ["dan"]],
  ["note:100% _real_ \\ 'x'", ["dan"]],
  ["%", []],
  ["_", []],
  ["\\", []],
  ["+", ["Ada", "bob", "dan"]],
  ["plan", []],
  ["city:", ["bob", "cleo"]],
  ["nobody", []],
  ["\u{10ffff}", []],
  ["zoe", ["eve"]],
  ["ZOË", ["eve"]],
  ["strasse", ["eve"]],
  ["straße", ["eve"]],
  ["LOKKEN", ["eve"]],
  ["name:zoe", ["eve"]],
  ["жанна", ["eve"]],
  ["елк", ["eve"]],
  ["от:жан", ["eve"]],
  ["京", ["eve"]],
  ["名前:花子", ["eve"]],
  ["z20y66", []],
] as const) {
  test(`a search for ${search} finds ${ids.join(" and ") || "nobody"}`, async () => {
    assert.deepEqual((await found(search)).sort(), [...ids]);
  });
}

test("a search of nothing but spaces finds everybody", async () => {
  const { body } = await app.call("GET", "/v1/profiles?search=%20");
  assert.ok(body.items.length >= 4);
});

test("an id that we made is found by its beginning and whole, in any case", async () => {
  const { body } = await app.call("POST", "/v1/profiles", { properties: { only: "Vesuvius" } });
  assert.deepEqual(await found(body.id.slice(0, 6)), [body.id]);
  assert.deepEqual(await found(body.id.toUpperCase()), [body.id]);
});

test("words and numbers are found wherever they stand in a value", async () => {
  const note = 'Said: "call me\nTuesday", via C:\\Documents or (020) 7946-0000.';
  await app.call("POST", "/v1/profiles", { id: "note", properties: { note, list: [["Nested"]] } });
  for (const part of ["tuesday", "documents", "7946-00", "(020)", '"call me', "nested"]) {
    assert.deepEqual(await found(part), ["note"], part);
  }
});

test("a search finds the newest first", async () => {
  for (const id of ["elder", "middle", "younger"]) {
    await app.call("POST", "/v1/profiles", { id, properties: { note: "Pompeii" } });
  }
  assert.deepEqual(await found("pompeii", 2), ["younger", "middle", "elder"]);
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
});

test("long and strange properties are kept, and found by their words", async () => {
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
  const cursors = ["x", "[]", '["2026-01-01","b"', '["2026-99-99 00:00","b"]', '["now","b"]'];
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

test("a search reads few people, whether few or many fit", async () => {
  const crowded = await testDatabase();
  const sql = crowded.slowWrites;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into profiles (id, phone_number, properties, created_at, began_with)
      select 'person-' || i, '+4477' || lpad(i::text, 8, '0'), jsonb_build_object(
        'tier', case i % 2 when 0 then 'Gold' else 'Silver' end, 'badge', 'badge' || i || 'x')
        || case when i % 1000 = 7 then '{"rare": "Vesuvius"}' else '{}'::jsonb end,
        now() - i * interval '1 second', 1
      from generate_series(1, 30000) i`;
  });
  await sql`vacuum analyze profiles`;
  for (const [typed, people] of [
    ["gold", 51],
    ["tier:gold", 51],
    ["vesuvius", 30],
    ["RARE:", 30],
    ["rare: vesu", 30],
    ["badge777x", 1],
    ["+44 77 00 000 777", 1],
    ["0077 7", 0],
    ["7700-0077", 51],
    ["gold silver", 0],
    ["nobody", 0],
  ] as const) {
    await sql.begin(async (tx) => {
      const { items, nextCursor } = await searchProfiles(tx, { search: typed, limit: 50 });
      assert.equal(items.length + Number(nextCursor !== null), people, typed);
      const [read] = await tx`
        select (seq_tup_read + idx_tup_fetch)::int as people
        from pg_stat_xact_user_tables where relname = 'profiles'`;
      assert.ok(read?.people < 12_000, `${typed}: ${read?.people}`);
    });
  }
  await crowded.end();
});
