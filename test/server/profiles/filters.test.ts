// Lists of people filtered by a flag, a property or an address that they have.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  for (const person of [
    { id: "in", email: "in@example.com", optIn: { email: true }, properties: { City: "Köln" } },
    { id: "out", phoneNumber: "+447700900111", optIn: { email: false, sms: true } },
    { id: "unasked", email: "unasked@example.com", properties: { note: "Köln" } },
  ]) {
    assert.equal((await app.call("POST", "/v1/profiles", person)).status, 201);
  }
});
after(() => app.end());

for (const [query, ids] of [
  ["channel=email&state=in", ["in"]],
  ["channel=email&state=out", ["out"]],
  ["channel=email&state=neverAsked", ["unasked"]],
  ["state=in", ["out", "in"]],
  ["channel=sms&source=api", ["out"]],
  ["source=form", []],
  ["channel=email&state=in&since=2100-01-01T00:00:00Z", []],
  ["channel=email&state=in&since=2020-01-01T00:00:00Z", ["in"]],
  ["has=phoneNumber", ["out"]],
  ["has=email", ["unasked", "in"]],
  ["property=city", ["in"]],
  ["property=city:koln", ["in"]],
  ["property=city:paris", []],
  ["search=koln", ["unasked", "in"]],
  ["search=koln&channel=email&state=in", ["in"]],
] as const) {
  test(`the filter ${query} finds ${ids.join(" and ") || "nobody"}`, async () => {
    const { status, body } = await app.call("GET", `/v1/profiles?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(
      body.items.map((profile: { id: string }) => profile.id),
      ids,
    );
  });
}

test("pages of a filtered list hold each person once", async () => {
  const first = (await app.call("GET", "/v1/profiles?has=email&limit=1")).body;
  const next = (await app.call("GET", `/v1/profiles?has=email&limit=1&cursor=${first.nextCursor}`))
    .body;
  assert.deepEqual([first.items[0].id, next.items[0].id, next.nextCursor], ["unasked", "in", null]);
});

test("a filter beside an address, and one that nobody knows, are refused", async () => {
  for (const query of ["has=email&email=a@b.example", "state=maybe", "source=x", "since=today"]) {
    assert.equal((await app.call("GET", `/v1/profiles?${query}`)).status, 422, query);
  }
});
