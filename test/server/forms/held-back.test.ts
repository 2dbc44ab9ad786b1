// What forms held back is counted, shown, and can be allowed again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sweep } from "../../../server/process/sweep.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  const budgets = { country: 3, prefix: 2, unconfirmed: 4 };
  app = await testApp({ limits: { client: 0, address: 0, confirmations: 0, budgets } });
});
after(() => app.end());

const makeForm = async (over: Record<string, unknown> = {}): Promise<{ id: string }> =>
  (await app.call("POST", "/v1/forms", formBody({ confirm: "double", countries: [], ...over })))
    .body;
const submit = ({ id }: { id: string }, address: string) =>
  app.call("POST", `/public/forms/${id}/submissions`, { address });
const sentTo = async (beginning: string): Promise<number> =>
  (await app.database.sql`select from messages where address like ${`${beginning}%`}`).length;
const list = async () => (await app.call("GET", "/v1/forms/held-back")).body.items;
/** The item of the list with this reason and place, without its times of day. */
const heldBack = async (reason: string, country: string) => {
  const items = await list();
  const found = items.find(
    (item: { reason: string; country: string; prefix: string }) =>
      item.reason === reason && item.country === country,
  );
  if (!found) return undefined;
  const { since, lastAt, ...item } = found;
  assert.ok(Date.parse(since) <= Date.parse(lastAt), `${since} ${lastAt}`);
  return item;
};
const lift = async (item: Record<string, unknown>) => {
  const { reason, form, country, prefix } = item;
  return app.call("POST", "/v1/forms/held-back/lift", { reason, form, country, prefix });
};
const hours = (count: number) =>
  app.database.sql`update limits set ends_at = ends_at - make_interval(hours => ${count})`;

test("a prefix past its budget is counted, and starts over when it is allowed", async () => {
  const form = await makeForm();
  for (let n = 0; n < 5; n++) await submit(form, `+4915123456${n}00`);
  assert.equal(await sentTo("+49"), 2);
  const item = await heldBack("prefix_budget", "DE");
  assert.deepEqual(item, {
    ...{ reason: "prefix_budget", form: "", description: null, country: "DE" },
    ...{ prefix: "+4915123", times: 3 },
  });
  assert.equal((await lift(item)).status, 204);
  assert.equal(await heldBack("prefix_budget", "DE"), undefined);
  await submit(form, "+4915123456900");
  assert.equal(await sentTo("+49"), 3);
});

test("a country past its budget is counted, and starts over when it is allowed", async () => {
  const form = await makeForm();
  for (let n = 1; n < 6; n++) await submit(form, `+336${n}2345678`);
  assert.equal(await sentTo("+33"), 3);
  const item = await heldBack("country_budget", "FR");
  assert.deepEqual([item.times, item.prefix, item.form], [2, "", ""]);
  await lift(item);
  await submit(form, "+33672345678");
  assert.equal(await sentTo("+33"), 4);
});

test("a prefix where no code is entered is counted, and starts over when it is allowed", async () => {
  const form = await makeForm();
  for (let n = 0; n < 6; n++) {
    await submit(form, `+26377123456${n}`.slice(0, 13));
    if (n % 2) await hours(1);
  }
  assert.equal(await sentTo("+263"), 4);
  const item = await heldBack("unconfirmed", "ZW");
  assert.deepEqual([item.times, item.prefix], [2, "+2637712"]);
  await lift(item);
  await submit(form, "+263771239999");
  assert.equal(await sentTo("+263"), 5);
});

test("a country that a form does not serve is counted for the form, by name", async () => {
  const form = await makeForm({ countries: ["GB"], description: "At home" });
  for (const address of ["+34600000001", "+34600000002"]) await submit(form, address);
  assert.deepEqual(await heldBack("country_not_served", "ES"), {
    ...{ reason: "country_not_served", form: form.id, description: "At home", country: "ES" },
    ...{ prefix: "", times: 2 },
  });
});

test("a number that cannot be asked is counted, within the limits of a client", async () => {
  const limits = { client: 2, address: 0, confirmations: 0 };
  const limited = await testApp({ limits });
  try {
    for (const confirm of ["none", "double"]) {
      const { body } = await limited.call("POST", "/v1/forms", formBody({ confirm }));
      const statuses = [];
      for (let n = 0; n < 3; n++) {
        const path = `/public/forms/${body.id}/submissions`;
        statuses.push((await limited.call("POST", path, { address: "+442079460123" })).status);
      }
      assert.deepEqual(statuses, [422, 422, 429]);
      await limited.database.sql`delete from limits`;
      const { items } = (await limited.call("GET", "/v1/forms/held-back")).body;
      const item = items.find(({ form }: { form: string }) => form === body.id);
      assert.deepEqual([item?.reason, item?.country, item?.times], ["number_type", "GB", 2]);
    }
  } finally {
    await limited.end();
  }
});

test("messages that are sent, and mail, are not counted as held back", async () => {
  const before = await list();
  await submit(await makeForm(), "+447700900123");
  await submit(await makeForm({ channel: "email" }), "ann@example.org");
  assert.deepEqual(await list(), before);
});

test("no whole number is stored, and counts are erased after a week", async () => {
  const { sql } = app.database;
  assert.doesNotMatch(JSON.stringify(await sql`select * from held_back`), /\d{9}/);
  await sql`update held_back set last_at = now() - interval '8 days' where country = 'ES'`;
  assert.equal(await heldBack("country_not_served", "ES"), undefined);
  await sweep(sql);
  assert.equal((await sql`select from held_back where country = 'ES'`).length, 0);
});

test("only what is held back can be allowed, by whoever may change forms", async () => {
  const item = { reason: "prefix_budget", form: "", country: "DE", prefix: "+4900000" };
  assert.equal((await lift(item)).status, 404);
  assert.equal((await lift({ ...item, reason: "no" })).status, 422);
  const reader = await app.keyWith("forms:read");
  assert.equal((await app.call("GET", "/v1/forms/held-back", undefined, reader)).status, 200);
  assert.equal((await app.call("POST", "/v1/forms/held-back/lift", item, reader)).status, 403);
});
