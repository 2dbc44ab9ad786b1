// Exporting people as CSV: everybody once, and nothing that a spreadsheet would run.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Papa from "papaparse";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const path = "/v1/profiles/export";

/** The lines of an export, by the names of their columns. */
async function exported(query = ""): Promise<Record<string, string>[]> {
  const { status, headers, body } = await app.call("GET", `${path}${query}`);
  assert.equal(status, 200);
  assert.match(headers.get("Content-Type") ?? "", /^text\/csv/);
  const { data, errors } = Papa.parse<Record<string, string>>(body, {
    header: true,
    skipEmptyLines: true,
  });
  assert.deepEqual(errors, []);
  return data;
}

test("a line holds addresses, properties, and each flag with its source and age", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "ada",
    phoneNumber: "+447700900601",
    email: "ada@example.com",
    properties: { city: 'Zürich, "old" town\nand more', age: 42, list: [1, 2] },
    optIn: { sms: true },
  });
  const [line] = await exported("?search=ada");
  const since = (await app.call("GET", "/v1/profiles/ada/optin")).body.items[0].since;
  assert.deepEqual(
    [line?.id, line?.phoneNumber, line?.email, line?.fbMessengerId],
    ["ada", "+447700900601", "ada@example.com", ""],
  );
  assert.deepEqual(
    [line?.["properties.city"], line?.["properties.age"], line?.["properties.list"]],
    ['Zürich, "old" town\nand more', "42", "[1,2]"],
  );
  assert.deepEqual([line?.["optIn.sms"], line?.["optIn.sms.source"]], ["true", "api"]);
  assert.equal(line?.["optIn.sms.since"], `${since.slice(0, 19)}Z`);
  assert.deepEqual([line?.["optIn.email"], line?.["optIn.email.source"]], ["false", "default"]);
});

for (const hostile of [
  "=1+1",
  "+1+1",
  "-1+1",
  "@SUM(A1)",
  "\t=1+1",
  "\r=1+1",
  "＝1+1",
  '=HYPERLINK("https://evil.example","x")',
  "+44 7700 900123; =1+1",
]) {
  test(`${JSON.stringify(hostile)} is text in a spreadsheet, too`, async () => {
    const id = `hostile${Buffer.from(hostile).toString("hex").slice(0, 40)}`;
    await app.call("POST", "/v1/profiles", {
      id,
      properties: { [`${hostile}name`]: hostile, note: hostile },
    });
    const [line = {}] = await exported(`?search=${id}`);
    assert.equal(line["properties.note"], `'${hostile}`);
    for (const cell of [...Object.keys(line), ...Object.values(line)]) {
      assert.doesNotMatch(cell, /^[=\-@\t\r＝＋－＠]|^\+(?!\d+$)/);
    }
  });
}

test("an id or an e-mail address is no formula either, and a number keeps its plus and its minus", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "-1@x",
    email: "=cmd@example.com",
    phoneNumber: "+447700900602",
    properties: { balance: -5 },
  });
  const [line] = await exported("?search=-1@x");
  assert.deepEqual(
    [line?.id, line?.email, line?.phoneNumber, line?.["properties.balance"]],
    ["'-1@x", "'=cmd@example.com", "+447700900602", "-5"],
  );
});

test("properties beyond 200 names stand in the last column as JSON", async () => {
  const properties = Object.fromEntries(
    Array.from({ length: 250 }, (_, index) => [`z${1000 + index}`, index]),
  );
  await app.call("POST", "/v1/profiles", { id: "many", properties });
  const [line = {}] = await exported("?search=many");
  const rest = JSON.parse(line.properties ?? "");
  const own = Object.entries(line).filter(
    ([name, value]) => /^properties\.z\d/.test(name) && value !== "",
  );
  assert.equal(own.length + Object.keys(rest).length, 250);
});

test("an export of thousands holds everybody once, also those whom a search finds", async () => {
  await app.database.sql`
    select make_profiles(jsonb_agg(jsonb_build_object('id', 'crowd' || i, 'email',
      'crowd' || (5000 - i) || '@example.com')))
    from generate_series(1, 2500) i`;
  const [people] = await app.database.sql`select count(*)::int from profiles`;
  for (const [query, count] of [
    ["", people?.count],
    ["?search=crowd", 2500],
    ["?search=nobody", 0],
  ] as const) {
    const ids = (await exported(query)).map(({ id }) => id);
    assert.equal(ids.length, count, query);
    assert.equal(new Set(ids).size, count, query);
  }
});

test("what was exported and imported again changes nothing", async () => {
  const lines = await exported("?search=ada");
  const rows = lines.map(({ id, phoneNumber, email }) => ({
    id,
    phoneNumber,
    email,
    optIn: { sms: true },
  }));
  const { body } = await app.call("POST", "/v1/profiles/import", { rows });
  assert.equal(body.items[0].outcome, "unchanged");
});

test("a reader who goes away ends the export", async () => {
  const controller = new AbortController();
  const headers = await app.keyWith("profiles:read");
  const response = await fetch(`${app.url}${path}`, { headers, signal: controller.signal });
  await response.body?.getReader().read();
  controller.abort();
  assert.equal((await app.call("GET", "/v1/profiles?limit=1")).status, 200);
});

test("an export needs the scope to read profiles", async () => {
  const headers = await app.keyWith("profiles:write");
  assert.equal((await app.call("GET", path, undefined, headers)).status, 403);
});
