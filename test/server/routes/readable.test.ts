// A key that may write, but not read, learns only that its call succeeded.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Scope } from "../../../server/schemas/keys.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

let people = 0;
/** A person with much stored data, and a key with a single scope. */
async function someone(scope: Scope, ...more: Scope[]) {
  const phoneNumber = `+4477009${String(20_000 + people++)}`;
  const secret = { email: `hidden-${people}@example.com`, properties: { plan: `gold-${people}` } };
  const { body } = await app.call("POST", "/v1/profiles", {
    phoneNumber,
    ...secret,
    optIn: { sms: true },
  });
  return { id: body.id as string, phoneNumber, ...secret, key: await app.keyWith(scope, ...more) };
}

test("profiles:write alone changes a profile and reads nothing of it", async () => {
  const { id, key } = await someone("profiles:write");
  for (const [method, path, body] of [
    ["PATCH", `/v1/profiles/${id}`, {}],
    ["PATCH", `/v1/profiles/${id}`, { properties: { seen: true } }],
    ["PUT", `/v1/profiles/${id}/optin`, { channels: ["email"] }],
    ["DELETE", `/v1/profiles/${id}/optin?channel=email`, undefined],
  ] as const) {
    assert.deepEqual((await app.call(method, path, body, key)).body, { id }, `${method} ${path}`);
  }
  const { body } = await app.call("GET", `/v1/profiles/${id}`);
  assert.deepEqual([body.properties.seen, body.optIn.email], [true, false]);
});

test("profiles:write alone creates and merges profiles, and reads nothing of them", async () => {
  const { id, key } = await someone("profiles:write");
  const made = await app.call("POST", "/v1/profiles", { properties: { vip: true } }, key);
  assert.deepEqual([made.status, Object.keys(made.body)], [201, ["id"]]);
  const merged = await app.call("POST", `/v1/profiles/${id}/merge`, { from: made.body.id }, key);
  assert.deepEqual([merged.status, merged.body], [200, { id }]);
});

test("the answer stored for an Idempotency-Key reveals no more either", async () => {
  const { key } = await someone("profiles:write");
  const once = { ...key, "Idempotency-Key": "no-reading" };
  const made = await app.call("POST", "/v1/profiles", {}, once);
  const again = await app.call("POST", "/v1/profiles", {}, once);
  assert.deepEqual([again.body, Object.keys(again.body)], [made.body, ["id"]]);
});

test("with profiles:read, too, the answer is the profile", async () => {
  const { id, email, key } = await someone("profiles:write", "profiles:read");
  assert.equal((await app.call("PATCH", `/v1/profiles/${id}`, {}, key)).body.email, email);
});

test("profiles:write alone makes no link: a link opens the copy of everything", async () => {
  const { id, key } = await someone("profiles:write");
  for (const purpose of ["preferences", "editor"]) {
    const { status, body } = await app.call(
      "POST",
      `/v1/profiles/${id}/links`,
      { for: purpose },
      key,
    );
    assert.deepEqual([status, body.code], [403, "forbidden"]);
    assert.match(body.detail, /profiles:read/);
  }
});

test("profiles:write alone is not told who has an address", async () => {
  const { id, email, key } = await someone("profiles:write");
  const { body } = await app.call("POST", "/v1/profiles", { email }, key);
  assert.deepEqual([body.code, body.issues[0].path], ["address_in_use", "email"]);
  assert.doesNotMatch(JSON.stringify(body), new RegExp(id));
  const reader = await app.keyWith("profiles:write", "profiles:read");
  const told = await app.call("POST", "/v1/profiles", { email }, reader);
  assert.match(JSON.stringify(told.body), new RegExp(id));
});

test("profiles:write alone imports without learning whom a row found or what their flags were", async () => {
  const one = await someone("profiles:write");
  const other = await someone("profiles:write");
  const rows = [
    { email: one.email, optIn: { sms: false } },
    { email: one.email, phoneNumber: other.phoneNumber },
  ];
  const { status, body } = await app.call("POST", "/v1/profiles/import", { rows }, one.key);
  assert.equal(status, 200);
  assert.deepEqual(
    body.items.map((item: object) => Object.keys(item)),
    [
      ["index", "outcome"],
      ["index", "outcome", "problem"],
    ],
  );
  assert.deepEqual(Object.keys(body.counts), ["created", "updated", "unchanged", "refused"]);
  assert.doesNotMatch(JSON.stringify(body), new RegExp(`${one.id}|${other.id}`));
});

test("profiles:write alone cannot ask through an import that changes nothing", async () => {
  const { email, key } = await someone("profiles:write");
  const rows = [{ email }];
  const { status, body } = await app.call(
    "POST",
    "/v1/profiles/import",
    { rows, dryRun: true },
    key,
  );
  assert.equal(status, 403);
  assert.match(body.detail, /profiles:read/);
});

test("defaults:write alone sees the defaults that it set", async () => {
  const key = await app.keyWith("defaults:write");
  const { body } = await app.call("PUT", "/v1/profiles/optin", { rcs: false }, key);
  assert.deepEqual(body, { rcs: false });
});

test("forms:write alone creates and replaces a form, and reads nothing of it", async () => {
  const key = await app.keyWith("forms:write");
  const { body } = await app.call("POST", "/v1/forms", formBody(), key);
  assert.deepEqual(Object.keys(body), ["id", "wording"]);
  const changed = formBody({ buttonText: "Join" });
  const replaced = await app.call("PUT", `/v1/forms/${body.id}`, changed, key);
  assert.deepEqual(replaced.body, { id: body.id, wording: 2 });
});

test("rules:write alone creates and replaces rules, and reads nothing of them or of others", async () => {
  const key = await app.keyWith("rules:write");
  const rule = { channel: "sms", keyword: "halt", action: "optOut", reply: "Bye." };
  const { body } = await app.call("POST", "/v1/rules", rule, key);
  assert.deepEqual(Object.keys(body), ["id"]);
  const replaced = await app.call("PUT", `/v1/rules/${body.id}`, { ...rule, reply: null }, key);
  assert.deepEqual(replaced.body, { id: body.id });
  const twice = await app.call("POST", "/v1/rules", rule, key);
  assert.deepEqual([twice.body.code, twice.body.issues[0].path], ["rule_exists", "keyword"]);
  assert.doesNotMatch(JSON.stringify(twice.body), new RegExp(body.id));
  const preset = { channel: "email", preset: "start" };
  const added = await app.call("POST", "/v1/rules/presets", preset, key);
  const again = await app.call("POST", "/v1/rules/presets", preset, key);
  assert.deepEqual(Object.keys(added.body.added[0]), ["id"]);
  assert.deepEqual(Object.keys(again.body.skipped[0]), ["keyword"]);
});

test("messages:receive alone records a message, and reads nothing of its sender or of an earlier one", async () => {
  const { phoneNumber, key } = await someone("messages:receive");
  const message = {
    channel: "sms",
    from: phoneNumber,
    to: "12345",
    body: "STOP",
    messageId: "r-1",
  };
  const first = await app.call("POST", "/v1/messages/inbounds", message, key);
  const again = await app.call("POST", "/v1/messages/inbounds", { ...message, body: "?" }, key);
  assert.deepEqual([first.status, again.status], [201, 200]);
  const told = ["id", "channel", "messageId", "receivedAt"];
  assert.deepEqual([Object.keys(first.body), Object.keys(again.body)], [told, told]);
});

test("messages:send alone controls broadcasts, and reads neither their text nor their audience", async () => {
  const { id, key } = await someone("messages:send");
  const broadcast = {
    name: "News",
    channel: "sms",
    body: "Hello",
    audience: { profileIds: [id] },
    rate: 1,
  };
  const made = await app.call("POST", "/v1/broadcasts", broadcast, key);
  assert.deepEqual([made.status, Object.keys(made.body)], [201, ["id", "status"]]);
  for (const verb of ["pause", "resume", "cancel"]) {
    const { body } = await app.call(
      "POST",
      `/v1/broadcasts/${made.body.id}/${verb}`,
      undefined,
      key,
    );
    assert.deepEqual(Object.keys(body), ["id", "status"], verb);
  }
});

test("messages:send alone previews how many, and not who", async () => {
  const { id, properties, key } = await someone("messages:send");
  const everybody = { property: "plan", equals: properties.plan };
  const ask = (headers: Record<string, string>) =>
    app.call("POST", "/v1/broadcasts/preview", { channel: "sms", audience: everybody }, headers);
  const { body } = await ask(key);
  assert.deepEqual(body, { willGet: { count: 1 }, willNot: [] });
  const reader = await ask(await app.keyWith("messages:send", "profiles:read"));
  assert.deepEqual(reader.body.willGet.examples, [id]);
});
