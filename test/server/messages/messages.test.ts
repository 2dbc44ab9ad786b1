import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fillIn } from "../../../server/messages/content.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  await app.call("POST", "/v1/profiles", {
    id: "ann",
    phoneNumber: "+447700900101",
    email: "ann@c.de",
    optIn: { email: true },
  });
});
after(() => app.end());

const send = (message: object, headers: Record<string, string> = {}) =>
  app.call(
    "POST",
    "/v1/messages",
    { to: { profileId: "ann" }, rules: ["sms"], body: "Hello", ...message },
    headers,
  );

test("a message is sent on the first channel on which it may be sent", async () => {
  const { status, body } = await send({
    rules: ["fbMessenger", "sms", "email"],
    requireOptIn: true,
  });
  assert.equal(status, 201);
  assert.match(body.messageId, /^\d+$/);
  assert.deepEqual([body.status, body.channel], ["processing", "email"]);
});

test("without requireOptIn the flag is not checked", async () => {
  const { status, body } = await send({ rules: ["fbMessenger", "sms", "email"] });
  assert.deepEqual([status, body.channel], [201, "sms"]);
});

test("if no channel is left, nothing is sent, each has its reason, and the message is stored as filtered", async () => {
  const { status, body } = await send({ rules: ["sms", "fbMessenger"], requireOptIn: true });
  assert.deepEqual([status, body.code], [422, "opt_in_required"]);
  assert.deepEqual(body.channels, { sms: "opted_out", fbMessenger: "no_address" });
  const [kept] = (await app.call("GET", "/v1/messages?status=filtered&limit=1")).body.items;
  assert.deepEqual([kept.profileId, kept.status, kept.channel], ["ann", "filtered", null]);
  assert.deepEqual(JSON.parse(kept.reason), body.channels);
});

test("having nobody to reach is reported even if no opt-in was required", async () => {
  const { status, body } = await send({ rules: ["fbMessenger"] });
  assert.deepEqual(
    [status, body.code, body.channels],
    [422, "not_reachable", { fbMessenger: "no_address" }],
  );
});

test("an opt-out at the carrier stops even messages that require no opt-in", async () => {
  await app.call("POST", "/v1/profiles", { id: "carrier", phoneNumber: "+447700900102" });
  await app.database.sql`select set_flag(
    p_profile_id => 'carrier', p_channel => 'sms', p_opted_in => false, p_source => 'carrier',
    p_actor => '{}')`;
  await app.call("DELETE", "/v1/profiles/carrier/optin?channel=sms");
  const { status, body } = await send({ to: { profileId: "carrier" } });
  assert.deepEqual([status, body.channels], [422, { sms: "carrier_opted_out" }]);
});

test("an unknown recipient becomes a profile with the defaults", async () => {
  const { status } = await send({ to: { phoneNumber: "+44 7700 900103", email: "new@c.de" } });
  assert.equal(status, 201);
  const [profile] = (await app.call("GET", "/v1/profiles?phoneNumber=%2B447700900103")).body.items;
  assert.deepEqual([profile.email, profile.optIn.sms], ["new@c.de", false]);
});

test("an address that the profile does not have is refused: a send changes no profile", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "lacks",
    email: "lacks@c.de",
    optIn: { sms: true, email: true },
  });
  await app.call("POST", "/v1/profiles", { id: "bare", optIn: { sms: true, email: true } });
  const seen = async () =>
    JSON.stringify(
      await app.database.sql`
        select p::text, f::text from profiles p join flags f on f.profile_id = p.id
        where p.id in ('lacks', 'bare', 'ann') order by p.id, f.channel`,
    );
  const before = await seen();
  const phoneNumber = "+447700900104";
  for (const [to, path] of [
    [{ profileId: "bare", email: "someone@else.example" }, "to.email"],
    [{ profileId: "bare", phoneNumber }, "to.phoneNumber"],
    [{ profileId: "lacks", phoneNumber, email: "lacks@c.de" }, "to.phoneNumber"],
    [{ email: "lacks@c.de", phoneNumber }, "to.phoneNumber"],
    [{ profileId: "ann", email: "other@c.de" }, "to.email"],
    [{ profileId: "ann", phoneNumber }, "to.phoneNumber"],
  ] as const) {
    const message = { to, rules: ["sms", "email"], body: "{{profile.name}}", requireOptIn: true };
    const { status, body } = await send(message);
    const what = JSON.stringify(to);
    assert.deepEqual([status, body.code, body.issues[0].path], [409, "two_profiles", path], what);
    assert.match(body.detail, /Leave the address out, or change the profile first/);
    const [item] = (await app.call("POST", "/v1/messages/batch", [message])).body;
    assert.deepEqual([item.problem.code, item.problem.issues[0].path], ["two_profiles", path]);
  }
  assert.equal(await seen(), before);
  for (const id of ["lacks", "bare"]) {
    const { items } = (await app.call("GET", `/v1/messages?profileId=${id}`)).body;
    assert.deepEqual(items, []);
  }
});

test("all of a profile's own addresses may be named, in any spelling", async () => {
  const to = { profileId: "ann", phoneNumber: "+44 7700 900101", email: "ANN@c.de" };
  assert.equal((await send({ to })).status, 201);
});

test("addresses of two profiles, or another number than the profile's, are a conflict and send nothing", async () => {
  await app.call("POST", "/v1/profiles", { id: "bob", phoneNumber: "+447700900105" });
  for (const to of [
    { profileId: "ann", phoneNumber: "+447700900105" },
    { email: "ann@c.de", phoneNumber: "+447700900105" },
    { profileId: "bob", phoneNumber: "+447700900106" },
    { profileId: "nobody-yet", phoneNumber: "+447700900105" },
  ]) {
    const { status, body } = await send({ to });
    assert.deepEqual([status, body.code], [409, "two_profiles"], JSON.stringify(to));
  }
  assert.equal((await app.call("GET", "/v1/messages?profileId=bob")).body.items.length, 0);
});

test("a message can be read, with its whole content", async () => {
  const { body } = await send({
    title: "T",
    metadata: { order: 7 },
    expiresOn: "2099-01-01T00:00:00Z",
  });
  const message = (await app.call("GET", `/v1/messages/${body.messageId}`)).body;
  assert.deepEqual(
    [
      message.title,
      message.body,
      message.metadata,
      message.expiresOn,
      message.requireOptIn,
      message.attempts,
    ],
    ["T", "Hello", { order: 7 }, "2099-01-01T00:00:00.000Z", false, 0],
  );
  assert.equal((await app.call("GET", "/v1/messages/999999999")).status, 404);
  assert.equal((await app.call("GET", "/v1/messages/abc")).status, 404);
});

for (const [what, message, path] of [
  ["no recipient", { to: {} }, "to"],
  ["a number without its country", { to: { phoneNumber: "07700 900123" } }, "to.phoneNumber"],
  ["no channel", { rules: [] }, "rules"],
  ["a channel twice", { rules: ["sms", "sms"] }, "rules"],
  ["a channel that is none", { rules: ["pigeon"] }, "rules.0"],
  ["an empty body", { body: " " }, "body"],
  ["a time that has passed", { expiresOn: "2020-01-01T00:00:00Z" }, "expiresOn"],
  ["a NUL in the title", { title: "a\0b" }, "title"],
] as const) {
  test(`${what} is refused at its path`, async () => {
    const { status, body } = await send(message);
    assert.deepEqual([status, body.issues[0].path], [422, path]);
  });
}

test("the same Idempotency-Key sends once, even if the answer was a refusal", async () => {
  const first = await send({}, { "Idempotency-Key": "once" });
  const second = await send({}, { "Idempotency-Key": "once" });
  assert.deepEqual(second.body, first.body);
  const refused = await send({ requireOptIn: true }, { "Idempotency-Key": "refused" });
  await app.call("PUT", "/v1/profiles/ann/optin", { channels: ["sms"] });
  const again = await send({ requireOptIn: true }, { "Idempotency-Key": "refused" });
  assert.deepEqual([again.status, again.body], [422, refused.body]);
  assert.match(again.headers.get("Content-Type") ?? "", /problem\+json/);
  await app.call("DELETE", "/v1/profiles/ann/optin?channel=sms");
});

test("a batch is judged item by item", async () => {
  const message = { to: { profileId: "ann" }, rules: ["sms"], body: "Hi" };
  const { status, body } = await app.call("POST", "/v1/messages/batch", [
    message,
    { ...message, rules: ["pigeon"] },
    { ...message, requireOptIn: true },
    { ...message, to: { profileId: "ann", phoneNumber: "+447700900105" } },
    "nonsense",
    { ...message, to: { email: "batch@c.de" }, rules: ["email"] },
  ]);
  assert.equal(status, 202);
  assert.deepEqual(
    body.map((item: { index: number }) => item.index),
    [0, 1, 2, 3, 4, 5],
  );
  assert.match(body[0].messageId, /^\d+$/);
  assert.deepEqual([body[1].problem.code, body[1].problem.issues[0].path], ["invalid", "rules.0"]);
  assert.deepEqual([body[2].status, body[2].channels], ["filtered", { sms: "opted_out" }]);
  assert.equal(body[3].problem.code, "two_profiles");
  assert.equal(body[4].problem.code, "invalid");
  assert.equal(body[5].channel, "email");
});

for (const field of ["metadata", "customBody"]) {
  test(`a list is no ${field}`, async () => {
    const { status, body } = await send({ [field]: ["x"] });
    assert.deepEqual(
      [status, body.issues],
      [422, [{ path: field, message: "Expected an object." }]],
    );
  });
}

test("a batch of 5,000 is accepted, one more is not", async () => {
  const items = Array.from({ length: 5000 }, (_, i) => ({
    to: { email: `p${i}@batch.example` },
    rules: ["email"],
    body: "Hi",
  }));
  const { status, body } = await app.call("POST", "/v1/messages/batch", items);
  assert.deepEqual([status, body.length], [202, 5000]);
  assert.equal(new Set(body.map((item: { messageId: string }) => item.messageId)).size, 5000);
  assert.equal((await app.call("POST", "/v1/messages/batch", [...items, items[0]])).status, 422);
});

test("two batches with the same new people in opposite order create each of them once", async () => {
  const items = Array.from({ length: 200 }, (_, i) => ({
    to: { email: `q${i}@batch.example` },
    rules: ["email"],
    body: "Hi",
  }));
  const answers = await Promise.all([
    app.call("POST", "/v1/messages/batch", items),
    app.call("POST", "/v1/messages/batch", [...items].reverse()),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [202, 202],
  );
  const [row] = await app.database
    .sql`select count(*)::int from profiles where email like 'q%@batch.example'`;
  assert.equal(row?.count, 200);
});

test("can-send says yes or no, and the flag, the event and the wording behind it", async () => {
  const { body: form } = await app.call("POST", "/v1/forms", formBody());
  await app.call("POST", `/public/forms/${form.id}/submissions`, {
    address: "07700 900107",
    wording: 1,
  });
  const [profile] = (await app.call("GET", "/v1/profiles?phoneNumber=%2B447700900107")).body.items;
  const yes = (await app.call("GET", `/v1/profiles/${profile.id}/can-send?channel=sms`)).body;
  assert.deepEqual([yes.canSend, yes.reason, yes.flag.source], [true, null, "form"]);
  assert.deepEqual(yes.flag.actor, { form: form.id, wording: 1 });
  assert.equal(yes.wording.confirmationMessage, form.confirmationMessage);
  const no = (await app.call("GET", `/v1/profiles/${profile.id}/can-send?channel=email`)).body;
  assert.deepEqual([no.canSend, no.reason, no.wording], [false, "no_address", null]);
  assert.equal((await app.call("GET", "/v1/profiles/nobody/can-send?channel=sms")).status, 404);
  assert.equal(
    (await app.call("GET", `/v1/profiles/${profile.id}/can-send?channel=x`)).status,
    422,
  );
});

test("merge fields are replaced by the person's properties, missing ones by nothing, and values stay text", () => {
  const profile = { name: "Ann", n: 3, odd: { a: 1 }, sly: "{{profile.name}} $& $1" };
  const fields = { profile, unsubscribeUrl: "https://x.example/u" };
  assert.equal(
    fillIn("Hi {{profile.name}}, {{ profile.n }}{{profile.nope}}{{profile.odd}}!", fields),
    "Hi Ann, 3!",
  );
  assert.equal(fillIn("{{profile.sly}}", fields), "{{profile.name}} $& $1");
  assert.equal(fillIn("{{profile.constructor}}{{profile.__proto__}}", fields), "");
  assert.equal(
    fillIn("Out: {{unsubscribeUrl}} {{other}}", fields),
    "Out: https://x.example/u {{other}}",
  );
});
