import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createKey } from "../../../server/access/keys.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { until } from "../../support/until.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

test("a key is shown once, and kept only as a hash", async () => {
  const { status, body } = await app.call("POST", "/v1/keys", {
    name: "Shop",
    scopes: ["profiles:read"],
  });
  assert.equal(status, 201);
  assert.match(body.key, /^ok_[\w-]{43}$/);
  const list = (await app.call("GET", "/v1/keys")).body.items;
  const listed = list.find((key: { id: string }) => key.id === body.id);
  assert.deepEqual(
    [listed.name, listed.scopes, listed.key, listed.revokedAt],
    ["Shop", ["profiles:read"], undefined, null],
  );
  const [row] = await app.database.sql`select string_agg(k::text, ' ') as rows from keys k`;
  assert.ok(!row?.rows.includes(body.key));
});

test("a key works as Bearer and as the user name of HTTP Basic", async () => {
  const { key } = await createKey(app.database.sql, { name: "x", scopes: ["profiles:read"] });
  for (const Authorization of [
    `Bearer ${key}`,
    `bearer ${key}`,
    `Basic ${btoa(`${key}:`)}`,
    `Basic ${btoa(`${key}:anything`)}`,
  ]) {
    assert.equal((await app.call("GET", "/v1/profiles", undefined, { Authorization })).status, 200);
  }
});

test("an answer to a key is cached by nobody on the way", async () => {
  const { headers } = await app.call("GET", "/v1/profiles");
  assert.deepEqual(
    [headers.get("Cache-Control"), headers.get("X-Content-Type-Options")],
    ["no-store", "nosniff"],
  );
});

test("no key, a wrong key and a broken header are 401 with a challenge", async () => {
  for (const Authorization of [
    "",
    "Bearer",
    "Bearer nonsense",
    "Basic nonsense",
    "Basic Og==",
    "Digest x",
    `Bearer ${"x".repeat(9000)}`,
  ]) {
    const { status, body, headers } = await app.call("GET", "/v1/profiles", undefined, {
      Authorization,
    });
    assert.equal(status, 401, Authorization.slice(0, 20));
    assert.equal(body.code, "unauthorized");
    assert.match(headers.get("WWW-Authenticate") ?? "", /Bearer/);
  }
});

test("a key without the scope gets the scope's name; admin includes every scope", async () => {
  const reader = await app.keyWith("profiles:read");
  const { status, body } = await app.call("POST", "/v1/profiles", {}, reader);
  assert.deepEqual([status, body.code], [403, "forbidden"]);
  assert.match(body.detail, /profiles:write/);
  assert.equal((await app.call("GET", "/v1/profiles", undefined, reader)).status, 200);
  assert.equal((await app.call("GET", "/v1/keys", undefined, reader)).status, 403);
});

test("a revoked key that was never used here is refused at once", async () => {
  const { body } = await app.call("POST", "/v1/keys", { name: "Gone", scopes: ["profiles:read"] });
  assert.equal((await app.call("DELETE", `/v1/keys/${body.id}`)).status, 204);
  assert.equal(
    (await app.call("GET", "/v1/profiles", undefined, { Authorization: `Bearer ${body.key}` }))
      .status,
    401,
  );
  assert.equal((await app.call("DELETE", "/v1/keys/nothing")).status, 404);
});

test("a key in use is refused within 5 seconds of being revoked", async () => {
  const { body } = await app.call("POST", "/v1/keys", { name: "Used", scopes: ["profiles:read"] });
  const use = () =>
    app.call("GET", "/v1/profiles", undefined, { Authorization: `Bearer ${body.key}` });
  assert.equal((await use()).status, 200);
  await app.call("DELETE", `/v1/keys/${body.id}`);
  const revoked = performance.now();
  while ((await use()).status !== 401) {
    assert.ok(performance.now() - revoked < 6000, "still accepted after 6 s");
  }
});

test("a key shows when it was last used", async () => {
  const { body } = await app.call("POST", "/v1/keys", { name: "Noted", scopes: ["profiles:read"] });
  const lastUsed = async () => {
    const { items } = (await app.call("GET", "/v1/keys")).body;
    return items.find((key: { id: string }) => key.id === body.id).lastUsedAt;
  };
  assert.equal(await lastUsed(), null);
  await app.call("GET", "/v1/profiles", undefined, { Authorization: `Bearer ${body.key}` });
  const noted = await until("the use to be noted", lastUsed);
  assert.ok(Date.now() - Date.parse(noted) < 60_000);
});
