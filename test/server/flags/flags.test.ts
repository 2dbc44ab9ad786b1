import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { channels } from "../../../server/addresses/channels.ts";
import { addressKinds } from "../../../server/schemas/channels.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

async function eventsOf(id: string, channel: string) {
  const { body } = await app.call("GET", `/v1/profiles/${id}/events?limit=200`);
  return body.items.filter((event: { channel: string }) => event.channel === channel);
}

test("the channels of the database are those of the registry", async () => {
  const rows = await app.database
    .sql`select channel, address_kind as kind from channels order by position`;
  assert.deepEqual(
    rows.map(({ channel, kind }) => [channel, kind]),
    channels.map((channel) => [channel, addressKinds[channel]]),
  );
});

test("PUT opts in on the channels named and answers the profile", async () => {
  await app.call("POST", "/v1/profiles", { id: "in" });
  const { status, body } = await app.call("PUT", "/v1/profiles/in/optin", {
    channels: ["sms", "email"],
    reason: "Asked by phone",
  });
  assert.equal(status, 200);
  assert.deepEqual(
    [body.id, body.optIn.sms, body.optIn.email, body.optIn.rcs],
    ["in", true, true, false],
  );
  const [event] = await eventsOf("in", "sms");
  assert.deepEqual(
    [event.from, event.to, event.source, event.reason],
    [false, true, "api", "Asked by phone"],
  );
});

test("DELETE opts out on the channels named and answers the profile", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "out",
    optIn: { sms: true, email: true, rcs: true },
  });
  const { status, body } = await app.call(
    "DELETE",
    "/v1/profiles/out/optin?channel=sms,email&reason=No%20more",
  );
  assert.equal(status, 200);
  assert.deepEqual([body.optIn.sms, body.optIn.email, body.optIn.rcs], [false, false, true]);
  assert.equal((await eventsOf("out", "email"))[0].reason, "No more");
});

test("DELETE without a channel is refused", async () => {
  await app.call("POST", "/v1/profiles", { id: "which" });
  const { status, body } = await app.call("DELETE", "/v1/profiles/which/optin");
  assert.deepEqual([status, body.issues[0].path], [422, "channel"]);
});

test("DELETE takes the channels as a list with commas, or one by one as generated clients send them", async () => {
  for (const [id, query] of [
    ["commas", "channel=sms,email"],
    ["one-by-one", "channel=sms&channel=email"],
    ["both", "channel=sms,email&channel=rcs"],
  ] as const) {
    await app.call("POST", "/v1/profiles", { id, optIn: { sms: true, email: true } });
    const { status, body } = await app.call("DELETE", `/v1/profiles/${id}/optin?${query}`);
    assert.equal(status, 200, query);
    assert.deepEqual([body.optIn.sms, body.optIn.email], [false, false], query);
  }
});

test("a question mark in a query is part of its value", async () => {
  await app.call("POST", "/v1/profiles", { id: "asked", optIn: { sms: true } });
  await app.call("DELETE", "/v1/profiles/asked/optin?channel=sms&reason=Why?+Because");
  const { items } = (await app.call("GET", "/v1/profiles/asked/events")).body;
  assert.equal(items[0].reason, "Why? Because");
});

test("a consent was given on a day that there is, and not in the future", async () => {
  await app.call("POST", "/v1/profiles", { id: "dated" });
  const optIn = (collectedAt: string) =>
    app.call("PUT", "/v1/profiles/dated/optin", { channels: ["sms"], evidence: { collectedAt } });
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  for (const time of [
    "0001-01-01T00:00:00Z",
    "1989-12-31T23:59:59Z",
    "2099-01-01T00:00:00Z",
    "2026-02-30T10:00:00Z",
    "2025-02-29T10:00:00Z",
    "2026-04-31T10:00:00+02:00",
    soon,
    "yesterday",
  ]) {
    const { status, body } = await optIn(time);
    assert.equal(status, 422, time);
    assert.equal(body.issues[0].path, "evidence.collectedAt");
  }
  for (const time of ["2024-02-29T10:00:00Z", "2026-01-01T00:30:00+02:00"]) {
    assert.equal((await optIn(time)).status, 200, time);
  }
});

test("an unknown profile, or channel, is refused", async () => {
  assert.equal(
    (await app.call("PUT", "/v1/profiles/nobody/optin", { channels: ["sms"] })).status,
    404,
  );
  assert.equal((await app.call("DELETE", "/v1/profiles/nobody/optin?channel=sms")).status, 404);
  assert.equal((await app.call("GET", "/v1/profiles/nobody/optin")).status, 404);
  await app.call("POST", "/v1/profiles", { id: "somebody" });
  assert.equal(
    (await app.call("PUT", "/v1/profiles/somebody/optin", { channels: ["pigeon"] })).status,
    422,
  );
  assert.equal(
    (await app.call("DELETE", "/v1/profiles/somebody/optin?channel=sms,pigeon")).status,
    422,
  );
});

test("GET tells of each flag its source, since when, and the event that set it", async () => {
  await app.call("POST", "/v1/profiles", { id: "why", optIn: { sms: true } });
  const { body } = await app.call("GET", "/v1/profiles/why/optin");
  assert.deepEqual(
    body.items.map((flag: { channel: string }) => flag.channel),
    channels,
  );
  const sms = body.items[0];
  const [event] = await eventsOf("why", "sms");
  assert.deepEqual(
    [sms.optedIn, sms.source, sms.since, sms.event, sms.actor],
    [true, "api", event.at, event.id, event.actor],
  );
});

test("a flag that nobody was asked about says so, and names the beginning of the profile", async () => {
  await app.call("POST", "/v1/profiles", { id: "unasked", optIn: { sms: false } });
  const { items } = (await app.call("GET", "/v1/profiles/unasked/optin")).body;
  const events = (await app.call("GET", "/v1/profiles/unasked/events")).body.items;
  const profile = (await app.call("GET", "/v1/profiles/unasked")).body;
  const [sms, , email] = items;
  assert.deepEqual([sms.optedIn, sms.asked, sms.source], [false, true, "api"]);
  assert.deepEqual(
    [email.optedIn, email.asked, email.source, email.since, email.event, email.actor],
    [false, false, "default", profile.createdAt, events.at(-1).id, {}],
  );
  assert.equal(events.length, 2);
  const question = "/v1/profiles/unasked/can-send?channel=";
  for (const [channel, asked] of [
    ["sms", true],
    ["email", false],
  ]) {
    assert.equal((await app.call("GET", question + channel)).body.flag.asked, asked);
  }
});

test("a profile that takes the id of a deleted one is asked anew", async () => {
  await app.call("POST", "/v1/profiles", { id: "reborn", optIn: { sms: true, email: true } });
  await app.call("DELETE", "/v1/profiles/reborn");
  await app.call("POST", "/v1/profiles", { id: "reborn" });
  const { items } = (await app.call("GET", "/v1/profiles/reborn/optin")).body;
  const [{ id, began }] = (await app.call("GET", "/v1/profiles/reborn/events")).body.items;
  assert.deepEqual(Object.values(began), Array(6).fill(false));
  for (const flag of items)
    assert.deepEqual([flag.optedIn, flag.asked, flag.event], [false, false, id], flag.channel);
});

test("a profile leaves no flag behind", async () => {
  for (const [id, path] of [
    ["deleted", "/v1/profiles/deleted"],
    ["erased", "/v1/profiles/erased?forget=true"],
  ] as const) {
    await app.call("POST", "/v1/profiles", { id, optIn: { sms: true } });
    assert.equal((await app.call("DELETE", path)).status, 204);
  }
  const left = await app.database.sql`
    select from asked_flags where profile_id in ('deleted', 'erased')`;
  assert.equal(left.length, 0);
});

test("a flag set again by the same key makes no event; by another key it is renewed consent and makes one", async () => {
  await app.call("POST", "/v1/profiles", { id: "again", optIn: { sms: true } });
  await app.call("PUT", "/v1/profiles/again/optin", { channels: ["sms"] });
  assert.equal((await eventsOf("again", "sms")).length, 1);
  await app.call(
    "PUT",
    "/v1/profiles/again/optin",
    { channels: ["sms"] },
    await app.keyWith("profiles:write"),
  );
  const events = await eventsOf("again", "sms");
  assert.deepEqual([events.length, events[0].from, events[0].to], [2, true, true]);
});

test("each yes to a form is an event of its own, and the flag is in since the first", async () => {
  const { body: form } = await app.call("POST", "/v1/forms", formBody());
  const submit = (wording: number) =>
    app.call(
      "POST",
      `/public/forms/${form.id}/submissions`,
      { address: "07700 900150", wording },
      { Origin: "https://shop.example" },
    );
  await submit(1);
  await submit(1);
  await app.call("PUT", `/v1/forms/${form.id}`, formBody({ buttonText: "Join" }));
  await submit(2);
  const [profile] = (await app.call("GET", "/v1/profiles?phoneNumber=%2B447700900150")).body.items;
  const events = await eventsOf(profile.id, "sms");
  assert.deepEqual(
    events.map((event: { actor: unknown }) => event.actor),
    [
      { form: form.id, wording: 2 },
      { form: form.id, wording: 1 },
      { form: form.id, wording: 1 },
    ],
  );
  assert.deepEqual(
    events.map((event: { from: boolean; to: boolean }) => [event.from, event.to]),
    [
      [true, true],
      [true, true],
      [false, true],
    ],
  );
  const yeses = events.slice(0, 3);
  assert.deepEqual(
    yeses.map((event: { evidence: { page: string } }) => event.evidence.page),
    ["https://shop.example", "https://shop.example", "https://shop.example"],
  );
  const [flag] = (await app.call("GET", `/v1/profiles/${profile.id}/optin`)).body.items;
  assert.deepEqual(
    [flag.since, flag.event, flag.actor],
    [yeses[2].at, yeses[0].id, yeses[0].actor],
  );
  const used = await app.database.sql`
    select event_id::text as event from submissions where form_id = ${form.id} order by id desc`;
  assert.deepEqual(
    used.map(({ event }) => event),
    yeses.map(({ id }: { id: string }) => id),
  );
});

test("a yes after a no begins a new since, and so does one to another form", async () => {
  const address = "07700 900151";
  const makeForm = async () => (await app.call("POST", "/v1/forms", formBody())).body.id;
  const [first, second] = [await makeForm(), await makeForm()];
  const submit = (id: string) => app.call("POST", `/public/forms/${id}/submissions`, { address });
  await submit(first);
  const [{ id }] = (await app.call("GET", "/v1/profiles?phoneNumber=%2B447700900151")).body.items;
  const steps = [
    () => app.call("DELETE", `/v1/profiles/${id}/optin?channel=sms`),
    () => submit(first),
    () => submit(second),
  ];
  for (const step of steps) {
    await step();
    const [flag] = (await app.call("GET", `/v1/profiles/${id}/optin`)).body.items;
    const [event] = await eventsOf(id, "sms");
    assert.deepEqual([flag.since, flag.event], [event.at, event.id]);
  }
});

test("64 calls that turn one flag in and out at once lose no event, and the flag is the last one", async () => {
  await app.call("POST", "/v1/profiles", { id: "busy" });
  const keys = await Promise.all(Array.from({ length: 8 }, () => app.keyWith("profiles:write")));
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, i) =>
      i % 2
        ? app.call("PUT", "/v1/profiles/busy/optin", { channels: ["sms", "rcs"] }, keys[i % 8])
        : app.call("DELETE", "/v1/profiles/busy/optin?channel=rcs,sms", undefined, keys[i % 8]),
    ),
  );
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
  const events = (await eventsOf("busy", "sms")).reverse();
  for (const [i, event] of events.entries()) {
    assert.equal(event.from, i === 0 ? false : events[i - 1].to);
  }
  const { body } = await app.call("GET", "/v1/profiles/busy/optin");
  assert.equal(body.items[0].optedIn, events.at(-1).to);
  assert.equal(body.items[0].event, events.at(-1).id);
});

test("events can neither be changed nor deleted", async () => {
  const { sql } = app.database;
  await assert.rejects(sql`update events set to_opted_in = true`, /append-only/);
  await assert.rejects(sql`delete from events`, /append-only/);
  await assert.rejects(sql`truncate events`, /append-only/);
});

test("the history pages from the newest to the oldest, each event once", async () => {
  await app.call("POST", "/v1/profiles", { id: "long" });
  await app.call("PUT", "/v1/profiles/long/optin", { channels });
  const first = (await app.call("GET", "/v1/profiles/long/events?limit=4")).body;
  const second = (
    await app.call("GET", `/v1/profiles/long/events?limit=4&cursor=${first.nextCursor}`)
  ).body;
  const ids = [...first.items, ...second.items].map((event) => Number(event.id));
  assert.equal(ids.length, 7);
  assert.deepEqual(
    ids,
    [...ids].sort((a, b) => b - a),
  );
  assert.equal(second.nextCursor, null);
});

test("new evidence, or another reason, renews an opt-in; the same again does not", async () => {
  await app.call("POST", "/v1/profiles", { id: "renewed" });
  const optIn = (more: object) =>
    app.call("PUT", "/v1/profiles/renewed/optin", { channels: ["rcs"], ...more });
  await optIn({});
  await optIn({ reason: "Signed card", evidence: { text: "Yes" } });
  await optIn({ reason: "Signed card", evidence: { text: "Yes" } });
  await optIn({});
  const events = await eventsOf("renewed", "rcs");
  assert.deepEqual(
    events.map((event: { reason: string; evidence: unknown }) => [event.reason, event.evidence]),
    [
      ["Signed card", { text: "Yes" }],
      [null, null],
    ],
  );
});

test("a form does not lift what the carrier stopped", async () => {
  const { body: form } = await app.call("POST", "/v1/forms", formBody());
  await app.call("POST", "/v1/profiles", { id: "stopped", phoneNumber: "+447700900155" });
  await app.database.sql`select set_flag(
    p_profile_id => 'stopped', p_channel => 'sms', p_opted_in => false, p_source => 'carrier',
    p_actor => '{}')`;
  await app.call("POST", `/public/forms/${form.id}/submissions`, {
    address: "07700 900155",
    wording: 1,
  });
  const { body } = await app.call("GET", "/v1/profiles/stopped/optin");
  assert.deepEqual([body.items[0].optedIn, body.items[0].source], [false, "carrier"]);
});
