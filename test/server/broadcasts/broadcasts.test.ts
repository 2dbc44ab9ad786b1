import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { freezeAudience } from "../../../server/broadcasts/create.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { until } from "../../support/until.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  const people: [string, object][] = [
    ["in-1", { phoneNumber: "+447700900401", optIn: { sms: true }, properties: { city: "Bonn" } }],
    [
      "in-2",
      {
        phoneNumber: "+447700900402",
        email: "in-2@c.de",
        optIn: { sms: true },
        properties: { city: "Köln" },
      },
    ],
    ["out-1", { phoneNumber: "+447700900403", properties: { city: "Bonn" } }],
    ["none-1", { email: "none-1@c.de", optIn: { sms: true } }],
  ];
  for (const [id, body] of people) await app.call("POST", "/v1/profiles", { id, ...body });
});
after(() => app.end());

const everyone = { everyone: true };
const make = (over: object = {}, headers = {}) =>
  app.call(
    "POST",
    "/v1/broadcasts",
    { name: "News", channel: "sms", body: "Hi", audience: everyone, ...over },
    headers,
  );
const preview = async (audience: object) =>
  (await app.call("POST", "/v1/broadcasts/preview", { channel: "sms", audience })).body;

test("a preview counts who will get it and who will not, by reason, with examples, and sends nothing", async () => {
  const body = await preview(everyone);
  assert.equal(body.willGet.count, 2);
  assert.deepEqual(body.willGet.examples.sort(), ["in-1", "in-2"]);
  assert.deepEqual(
    Object.fromEntries(
      body.willNot.map((row: { reason: string; count: number }) => [row.reason, row.count]),
    ),
    { opted_out: 1, no_address: 1 },
  );
  assert.equal((await app.call("GET", "/v1/messages")).body.items.length, 0);
});

test("an audience by property takes exactly those whose property equals the value", async () => {
  assert.deepEqual((await preview({ property: "city", equals: "Bonn" })).willGet.examples, [
    "in-1",
  ]);
  assert.equal((await preview({ property: "city", equals: "bonn" })).willGet.count, 0);
  assert.equal((await preview({ property: "nothing", equals: null })).willGet.count, 0);
});

test("a property equals a value only as a whole: not if it contains it, has more or orders it otherwise", async (t) => {
  const values: [string, unknown][] = [
    ["list", ["vip"]],
    ["longer-list", ["vip", "new"]],
    ["other-order", ["new", "vip"]],
    ["twice", ["vip", "vip"]],
    ["object", { city: "Bonn" }],
    ["larger-object", { city: "Bonn", zip: "53111" }],
    ["object-of-list", { city: ["Bonn"] }],
    ["text", "vip"],
    ["digit", 1],
    ["digit-as-text", "1"],
    ["nothing", null],
  ];
  const number = (index: number) => `+4477009006${String(index).padStart(2, "0")}`;
  t.after(async () => {
    for (const [id] of values) await app.call("DELETE", `/v1/profiles/${id}`);
  });
  for (const [index, [id, exact]] of values.entries()) {
    const person = { phoneNumber: number(index), optIn: { sms: true }, properties: { exact } };
    assert.equal((await app.call("POST", "/v1/profiles", { id, ...person })).status, 201);
  }
  for (const [id, equals] of values) {
    const { willGet, willNot } = await preview({ property: "exact", equals });
    assert.deepEqual([willGet, willNot], [{ count: 1, examples: [id] }, []], id);
  }
  for (const equals of [[], {}, "VIP", ["VIP"]]) {
    assert.equal((await preview({ property: "exact", equals })).willGet.count, 0);
  }
});

test("a list reports unknown and repeated entries separately", async () => {
  const body = await preview({ profileIds: ["in-1", "nobody", "in-1", "out-1"] });
  assert.deepEqual(body.willGet, { count: 1, examples: ["in-1"] });
  const reasons = Object.fromEntries(
    body.willNot.map((row: { reason: string; examples: string[] }) => [row.reason, row.examples]),
  );
  assert.deepEqual(reasons, { unknown: ["nobody"], duplicate: ["in-1"], opted_out: ["out-1"] });
});

test("an entry that cannot be a profile id is unknown, and does not affect the others", async () => {
  const body = await preview({ profileIds: ["in-1", "no id", "=cmd()"] });
  assert.deepEqual(
    [body.willGet.count, body.willNot[0].reason, body.willNot[0].examples.sort()],
    [1, "unknown", ["=cmd()", "no id"]],
  );
});

test("a broadcast says whom it was for", async () => {
  const audience = { property: "city", equals: "Bonn" };
  const { id } = (await make({ audience })).body;
  assert.deepEqual((await app.call("GET", `/v1/broadcasts/${id}`)).body.audience, audience);
});

test("messages are listed by broadcast, channel and status", async () => {
  const { id } = (await make({ audience: { profileIds: ["in-1", "in-2"] } })).body;
  const count = async (query: string) =>
    (await app.call("GET", `/v1/messages?broadcast=${id}${query}`)).body.items.length;
  assert.deepEqual(
    [
      await count(""),
      await count("&channel=sms&status=processing"),
      await count("&channel=email"),
      await count("&status=sent"),
    ],
    [2, 2, 0, 0],
  );
});

test("a list of addresses, and a CSV file, find people in any spelling", async () => {
  const list = await preview({
    addresses: ["+44 7700 900401", "IN-2@c.de", "0049 30 1234567", "nonsense"],
  });
  assert.deepEqual(
    [list.willGet.count, list.willNot[0].reason, list.willNot[0].count],
    [2, "unknown", 2],
  );
  const csv = await preview({
    csv: 'name,phoneNumber\r\n"A, B","+44 7700 900401"\r\nC,+447700900403\r\n',
  });
  assert.deepEqual([csv.willGet.count, csv.willNot[0].reason], [1, "opted_out"]);
  const { status, body } = await app.call("POST", "/v1/broadcasts/preview", {
    channel: "sms",
    audience: { csv: "a,b\n1,2" },
  });
  assert.deepEqual([status, body.issues[0].path], [422, "audience.csv"]);
});

test("a broadcast freezes its audience: one message for each person who may get it", async () => {
  const { status, body } = await make();
  assert.equal(status, 201);
  assert.deepEqual([body.status, body.counts.queued], ["sending", 2]);
  const { items } = (await app.call("GET", "/v1/messages?profileId=in-1")).body;
  assert.deepEqual(
    [items[0].broadcast, items[0].body, items[0].requireOptIn],
    [body.id, "Hi", true],
  );
  await app.call("POST", "/v1/profiles", {
    id: "late",
    phoneNumber: "+447700900409",
    optIn: { sms: true },
  });
  assert.equal((await app.call("GET", `/v1/broadcasts/${body.id}`)).body.counts.queued, 2);
  await app.call("DELETE", "/v1/profiles/late");
});

test("freezing the same broadcast again adds nothing", async () => {
  const { body } = await make();
  const added = await freezeAudience(app.database.sql, {
    id: body.id,
    channel: "sms",
    audience: { everyone: true },
  });
  assert.equal(added, 0);
  assert.equal((await app.call("GET", `/v1/broadcasts/${body.id}`)).body.counts.queued, 2);
});

test("each message of a broadcast is counted once, whatever its outcome", async () => {
  const statuses = [
    "processing",
    "sent",
    "delivered",
    "read",
    "failed",
    "unknown",
    "expired",
    "filtered",
    "cancelled",
  ];
  const profileIds = statuses.map((status) => `became-${status}`);
  for (const id of profileIds)
    await app.call("POST", "/v1/profiles", { id, optIn: { appMessaging: true } });
  const { body } = await make({ channel: "appMessaging", audience: { profileIds } });
  await app.database.sql`
    update messages set status = split_part(profile_id, '-', 2) where broadcast_id = ${body.id}`;
  const { counts } = (await app.call("GET", `/v1/broadcasts/${body.id}`)).body;
  assert.deepEqual(counts, {
    queued: 1,
    sent: 3,
    filtered: 1,
    failed: 2,
    unknown: 1,
    cancelled: 1,
  });
  for (const id of profileIds) await app.call("DELETE", `/v1/profiles/${id}`);
});

test("the same Idempotency-Key creates one broadcast", async () => {
  const headers = { "Idempotency-Key": "news" };
  const first = await make({}, headers);
  assert.deepEqual((await make({}, headers)).body, first.body);
});

test("a broadcast can be paused, resumed and cancelled, and says when that is impossible", async () => {
  const { id } = (await make()).body;
  const act = (what: string) => app.call("POST", `/v1/broadcasts/${id}/${what}`);
  assert.equal((await act("resume")).body.code, "wrong_status");
  assert.equal((await act("pause")).body.status, "paused");
  assert.equal((await act("resume")).body.status, "sending");
  const cancelled = (await act("cancel")).body;
  assert.deepEqual(
    [cancelled.status, cancelled.counts.queued, cancelled.counts.cancelled],
    ["cancelled", 0, 2],
  );
  assert.deepEqual([(await act("pause")).status, (await act("cancel")).status], [409, 409]);
  assert.equal((await app.call("POST", "/v1/broadcasts/nothing/pause")).status, 404);
});

test("the list of broadcasts has the newest first, each once", async () => {
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await app.call(
      "GET",
      `/v1/broadcasts?limit=2${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...body.items.map((item: { id: string }) => item.id));
    cursor = body.nextCursor;
  } while (cursor);
  const [row] = await app.database.sql`select count(*)::int from broadcasts`;
  assert.deepEqual([seen.length, new Set(seen).size], [row?.count, row?.count]);
});

test("what is stored of a broadcast's list contains no address", async () => {
  await make({ audience: { addresses: ["+447700900401"] } });
  const [row] = await app.database.sql`select string_agg(b::text, ' ') as rows from broadcasts b`;
  assert.doesNotMatch(row?.rows, /900401/);
});

test("slow previews delay nothing else", async () => {
  const previews = await app.database.sql.begin(async (tx) => {
    await tx`lock table profiles in access exclusive mode`;
    const waiting = Array.from({ length: 12 }, () => preview(everyone));
    await until("a preview to wait", async () => {
      const [row] = await tx`
        select from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`;
      return row;
    });
    assert.equal((await app.call("GET", "/v1/broadcasts")).status, 200);
    assert.equal((await app.call("GET", "/v1/rules")).status, 200);
    return { waiting };
  });
  for (const { willGet } of await Promise.all(previews.waiting)) assert.equal(willGet.count, 2);
});

for (const audience of [
  {},
  { everyone: false },
  { profileIds: "in-1" },
  { everyone: true, property: "x", equals: 1 },
  [],
]) {
  test(`the audience ${JSON.stringify(audience)} is refused`, async () => {
    assert.equal((await make({ audience })).status, 422);
  });
}
