// Who is signed in to the portal: listed, ended, and gone with the key or password that let them
// in.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createSignInLink } from "../../../server/access/sessions.ts";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";

const adminPassword = "correct horse battery staple";
const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

let app: TestApp;
before(async () => {
  app = await testApp({ adminPassword, trustedProxies: ["127.0.0.1", "::1"] });
});
after(() => app.end());
beforeEach(() => app.database.sql`truncate sessions, sign_in_links, limits`);

async function signIn(body: object, client = "192.0.2.17"): Promise<string> {
  const answer = await app.call("POST", "/session", body, {
    Authorization: "",
    Origin: app.url,
    "User-Agent": browser,
    "X-Forwarded-For": client,
  });
  assert.equal(answer.status, 200);
  return (answer.headers.getSetCookie()[0] ?? "").split(";")[0] as string;
}

const byPassword = () => signIn({ password: adminPassword });
const tokenOf = ({ url }: { url: string }) => new URL(url).hash.slice(1);
const byLinkOf = (answer: Answer) => signIn({ token: tokenOf(answer.body) });

/** A call of the portal with a session. */
async function as(cookie: string, method: string, path: string) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { Cookie: cookie, Origin: app.url },
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}
const isOpen = async (cookie: string) => (await as(cookie, "GET", "/v1/profiles")).status === 200;
const listed = async () => (await app.call("GET", "/v1/sessions")).body.items;

async function adminKey() {
  const { body } = await app.call("POST", "/v1/keys", { name: "Script", scopes: ["admin"] });
  return { id: body.id, headers: { Authorization: `Bearer ${body.key}` } };
}

test("a session is listed with its time, its origin and its way of signing in", async () => {
  await byPassword();
  const [session, ...others] = await listed();
  assert.equal(others.length, 0);
  assert.deepEqual(
    [session.way, session.client, session.userAgent, session.key, session.current],
    ["password", "192.0.2.0", browser, null, false],
  );
  assert.equal(Date.now() - Date.parse(session.createdAt) < 60_000, true);
  const days = (Date.parse(session.expiresAt) - Date.now()) / 86_400_000;
  assert.equal(days > 6.9 && days <= 7, true, `${days} days`);
  assert.equal("token" in session || "hash" in session, false);
});

test("a session by a link names the key that made the link", async () => {
  const { id, headers } = await adminKey();
  await byLinkOf(await app.call("POST", "/v1/sign-in-links", undefined, headers));
  const [session] = await listed();
  assert.deepEqual([session.way, session.key], ["link", { id, name: "Script" }]);
});

test("a session recognises itself in the list", async () => {
  const mine = await byPassword();
  await byPassword();
  const { items } = (await as(mine, "GET", "/v1/sessions")).body;
  assert.deepEqual(items.map(({ current }: { current: boolean }) => current).sort(), [false, true]);
});

test("one session is ended, and the others continue", async () => {
  const ended = await byPassword();
  const [{ id }] = await listed();
  const other = await byPassword();
  assert.equal((await app.call("DELETE", `/v1/sessions/${id}`)).status, 204);
  assert.deepEqual([await isOpen(ended), await isOpen(other)], [false, true]);
  assert.equal((await listed()).length, 1);
  assert.equal((await app.call("DELETE", `/v1/sessions/${id}`)).status, 404);
});

test("all sessions are ended at once, including the caller's own and unused links", async () => {
  const cookies = [await byPassword(), await byPassword()];
  const link = await app.call("POST", "/v1/sign-in-links");
  assert.equal((await as(cookies[0] as string, "DELETE", "/v1/sessions")).status, 204);
  assert.deepEqual(await Promise.all(cookies.map(isOpen)), [false, false]);
  const body = { token: tokenOf(link.body) };
  const late = await app.call("POST", "/session", body, { Authorization: "", Origin: app.url });
  assert.equal(late.status, 410);
});

test("a session ends with the key whose link made it; others continue", async () => {
  const { id, headers } = await adminKey();
  const ended = await byLinkOf(await app.call("POST", "/v1/sign-in-links", undefined, headers));
  const other = await byLinkOf(await app.call("POST", "/v1/sign-in-links"));
  const own = await signIn({ token: tokenOf(await createSignInLink(app.database.sql, app.url)) });
  assert.equal(await isOpen(ended), true);
  await app.call("DELETE", `/v1/keys/${id}`);
  assert.deepEqual(await Promise.all([ended, other, own].map(isOpen)), [false, true, true]);
  assert.equal((await listed()).length, 2);
});

test("an unused link ends with its key", async () => {
  const { id, headers } = await adminKey();
  const { body } = await app.call("POST", "/v1/sign-in-links", undefined, headers);
  await app.call("DELETE", `/v1/keys/${id}`);
  const token = tokenOf(body);
  const late = await app.call(
    "POST",
    "/session",
    { token },
    { Authorization: "", Origin: app.url },
  );
  assert.equal(late.status, 410);
});

test("a session does not outlive its key by making a link for itself", async () => {
  const { id, headers } = await adminKey();
  const first = await byLinkOf(await app.call("POST", "/v1/sign-in-links", undefined, headers));
  const link = await as(first, "POST", "/v1/sign-in-links");
  const second = await signIn({ token: tokenOf(link.body) });
  assert.equal(await isOpen(second), true);
  await app.call("DELETE", `/v1/keys/${id}`);
  assert.equal(await isOpen(second), false);
});

test("a session ends 30 days after it began, however often it is used", async () => {
  const cookie = await byPassword();
  const { sql } = app.database;
  await sql`update sessions set created_at = now() - interval '29 days 23 hours'`;
  await sql`update sessions set expires_at = now() + interval '1 hour'`;
  assert.equal(await isOpen(cookie), true);
  const [{ expiresAt }] = await listed();
  assert.equal(Date.parse(expiresAt) - Date.now() <= 3_600_000, true, expiresAt);
  await sql`update sessions set created_at = now() - interval '30 days'`;
  assert.equal(await isOpen(cookie), false);
  assert.deepEqual(await listed(), []);
});

test("a session that a new password ended is not listed", async () => {
  await byPassword();
  const other = await testApp({
    adminPassword: "another long password",
    sql: app.database.sql,
    reads: app.database.reads,
  });
  const headers = await app.keyWith("admin");
  const { body } = await other.call("GET", "/v1/sessions", undefined, headers);
  await other.end();
  assert.deepEqual(body.items, []);
});
