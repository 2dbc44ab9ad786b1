// Opting many people out at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const path = "/v1/profiles/optout";

async function people(prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  await app.database.sql`
    select make_profiles(${app.database.sql.json(ids.map((id) => ({ id })))})`;
  await app.database.sql`
    select set_flag(
      p_profile_id => profile_id, p_channel => channel, p_opted_in => true, p_source => 'api',
      p_actor => '{}') from flags
    where profile_id like ${`${prefix}%`}`;
  return ids;
}

test("everybody is opted out on each channel named, with the reason in each event", async () => {
  const ids = await people("all", 3);
  const { status, body } = await app.call("POST", path, {
    profileIds: ids,
    channels: ["sms", "email"],
    reason: "They asked at the fair",
  });
  assert.equal(status, 200);
  assert.deepEqual(body, { changed: 3, unchanged: 0, missing: [] });
  for (const id of ids) {
    const { optIn } = (await app.call("GET", `/v1/profiles/${id}`)).body;
    assert.deepEqual([optIn.sms, optIn.email, optIn.rcs], [false, false, true]);
    const [event] = (await app.call("GET", `/v1/profiles/${id}/events?limit=1`)).body.items;
    assert.deepEqual(
      [event.to, event.source, event.reason],
      [false, "api", "They asked at the fair"],
    );
  }
});

test("ids that nobody has are named, and twice the same changes nothing", async () => {
  const [id] = await people("again", 1);
  const wish = { profileIds: [id, id, "nobody1"], channels: ["sms"], reason: "Asked" };
  assert.deepEqual((await app.call("POST", path, wish)).body, {
    changed: 1,
    unchanged: 0,
    missing: ["nobody1"],
  });
  assert.deepEqual((await app.call("POST", path, wish)).body, {
    changed: 0,
    unchanged: 1,
    missing: ["nobody1"],
  });
});

test("what a carrier stopped stays the carrier's", async () => {
  const [id] = await people("carrier", 1);
  await app.database.sql`select set_flag(
      p_profile_id => ${id as string}, p_channel => 'sms', p_opted_in => false,
      p_source => 'carrier', p_actor => '{}')`;
  const { body } = await app.call("POST", path, { profileIds: [id], channels: ["sms"] });
  assert.deepEqual(body, { changed: 0, unchanged: 1, missing: [] });
  assert.equal((await app.call("GET", `/v1/profiles/${id}/optin`)).body.items[0].source, "carrier");
});

test("1,000 people out in opposite orders at once, while others opt in, and none waits in a circle", async () => {
  const ids = await people("crowd", 1_000);
  const calls = [ids, [...ids].reverse()].flatMap((profileIds) => [
    app.call("POST", path, { profileIds, channels: ["sms", "email"] }),
    app.call("POST", path, { profileIds, channels: ["email", "sms", "rcs"] }),
  ]);
  const singles = ids
    .slice(0, 50)
    .map((id) =>
      app.call("PATCH", `/v1/profiles/${id}`, { optIn: { whatsApp: false, sms: false } }),
    );
  for (const { status } of await Promise.all([...calls, ...singles])) assert.equal(status, 200);
  const [left] = await app.database.sql`
    select count(*)::int from flags where profile_id like 'crowd%'
      and channel in ('sms', 'email', 'rcs') and opted_in`;
  assert.equal(left?.count, 0);
});

test("too many, none, a channel that there is not, and ids that are none are refused", async () => {
  for (const body of [
    { profileIds: [], channels: ["sms"] },
    { profileIds: Array.from({ length: 1_001 }, (_, index) => `x${index}`), channels: ["sms"] },
    { profileIds: ["a"], channels: [] },
    { profileIds: ["a"], channels: ["fax"] },
    { profileIds: ["a b"], channels: ["sms"] },
    { profileIds: ["a"], channels: ["sms"], reason: " " },
  ]) {
    assert.equal(
      (await app.call("POST", path, body)).status,
      422,
      JSON.stringify(body).slice(0, 80),
    );
  }
});

test("it needs the scope to write profiles", async () => {
  const headers = await app.keyWith("profiles:read");
  assert.equal(
    (await app.call("POST", path, { profileIds: ["a"], channels: ["sms"] }, headers)).status,
    403,
  );
});
