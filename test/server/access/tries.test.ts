// Guessing the admin's password is slow from anywhere, and never locks an admin out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { tries } from "../../../server/access/sessions.ts";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";

const adminPassword = "correct horse battery staple";

let app: TestApp;
before(async () => {
  app = await testApp({ adminPassword, trustedProxies: ["127.0.0.1", "::1"] });
});
after(() => app.end());

function tryFrom(client: string, password: string, Cookie = ""): Promise<Answer> {
  const headers = { Authorization: "", Origin: app.url, "X-Forwarded-For": client, Cookie };
  return app.call("POST", "/session", { password }, headers);
}

/** Tries a wrong password as often as one client may without a pause. */
async function guessFrom(client: string, cookie?: string): Promise<void> {
  for (let i = 0; i < tries.client.burst; i++) {
    assert.equal((await tryFrom(client, "guess", cookie)).status, 422);
  }
}

/** As if that many seconds had passed. */
const pass = (seconds: number) =>
  app.database.sql`update limits set ends_at = ends_at - make_interval(secs => ${seconds})`;
const forget = () => app.database.sql`truncate limits`;

test("after too many tries a client has to wait, even with the password, and other clients do not", async () => {
  await forget();
  await guessFrom("192.0.2.1");
  const { status, body, headers } = await tryFrom("192.0.2.1", adminPassword);
  assert.deepEqual([status, body.code], [429, "rate_limited"]);
  assert.match(body.detail, /Wait \d+ seconds .* sign-in link/);
  const wait = Number(headers.get("Retry-After"));
  assert.equal(wait > 0 && wait <= tries.client.seconds, true, `${wait} s`);
  assert.equal((await tryFrom("192.0.2.2", adminPassword)).status, 200);
});

test("after the named seconds there is one more try, and nobody waits for a quarter of an hour", async () => {
  await forget();
  await guessFrom("192.0.2.1");
  for (let i = 0; i < 3; i++) {
    const { headers } = await tryFrom("192.0.2.1", "guess");
    await pass(Number(headers.get("Retry-After")));
    assert.equal((await tryFrom("192.0.2.1", "guess")).status, 422);
  }
  assert.equal((await tryFrom("192.0.2.1", "guess")).status, 429);
});

test("after a pause a client has all its tries again, and no more than these", async () => {
  await forget();
  await guessFrom("192.0.2.1");
  await pass(24 * 3600);
  await guessFrom("192.0.2.1");
  assert.equal((await tryFrom("192.0.2.1", "guess")).status, 429);
});

test("simultaneous tries all count", async () => {
  await forget();
  const answers = await Promise.all(
    Array.from({ length: 3 * tries.client.burst }, () => tryFrom("192.0.2.1", "guess")),
  );
  const judged = answers.filter(({ status }) => status === 422);
  assert.equal(judged.length, tries.client.burst);
});

test("the networks of one IPv6 site are one client", async () => {
  await forget();
  for (let i = 0; i < tries.client.burst; i++) await tryFrom(`2001:db8:1:${i}::1`, "guess");
  assert.equal((await tryFrom("2001:db8:1:ffff::1", adminPassword)).status, 429);
  assert.equal((await tryFrom("2001:db8:2::1", adminPassword)).status, 200);
});

test("all clients together have a limit, too", async () => {
  await forget();
  const begun = performance.now();
  let letIn = 0;
  let answer = await tryFrom("192.0.2.0", adminPassword);
  for (; answer.status === 200 && letIn < 2 * tries.all.burst; letIn++) {
    answer = await tryFrom(`192.0.2.${letIn + 1}`, adminPassword);
  }
  const seconds = (performance.now() - begun) / 1000;
  assert.equal(answer.status, 429);
  assert.equal(Number(answer.headers.get("Retry-After")) <= tries.all.seconds, true);
  const allowed = tries.all.burst + Math.floor(seconds / tries.all.seconds);
  assert.equal(letIn >= tries.all.burst && letIn <= allowed, true, `${letIn} in ${seconds} s`);
});

test("a stranger behind the same proxy does not lock out a browser that was signed in before", async () => {
  await forget();
  const known = browserOf(await tryFrom("192.0.2.1", adminPassword));
  await forget();
  await guessFrom("192.0.2.1");
  await Promise.all(
    Array.from({ length: 2 * tries.all.burst }, (_, i) => tryFrom(`198.51.100.${i}`, "guess")),
  );
  assert.equal((await tryFrom("192.0.2.1", adminPassword)).status, 429);
  assert.equal((await tryFrom("192.0.2.1", adminPassword, known)).status, 200);
});

test("a browser that was signed in before has no more tries than others", async () => {
  await forget();
  const known = browserOf(await tryFrom("192.0.2.1", adminPassword));
  await forget();
  await guessFrom("192.0.2.1", known);
  assert.equal((await tryFrom("192.0.2.9", adminPassword, known)).status, 429);
});

test("a browser that stays signed in keeps its count of tries; one that makes up its name has none", async () => {
  await forget();
  const first = browserOf(await tryFrom("192.0.2.1", adminPassword));
  const again = browserOf(await tryFrom("192.0.2.1", adminPassword, first));
  assert.equal(again, first);
  await forget();
  await guessFrom("192.0.2.1");
  for (const made of ["optin_browser=x", "optin_browser=eA.eA", `${first}x`]) {
    assert.equal((await tryFrom("192.0.2.1", adminPassword, made)).status, 429, made);
  }
});

test("a browser that was signed in before is not signed in because of that", async () => {
  await forget();
  const known = browserOf(await tryFrom("192.0.2.1", adminPassword));
  const { status } = await fetch(`${app.url}/v1/profiles`, { headers: { Cookie: known } });
  assert.equal(status, 401);
});

/** The cookie that identifies a browser, as the browser sends it. */
function browserOf({ headers }: Answer): string {
  const cookie = headers.getSetCookie().find((one) => one.startsWith("optin_browser=")) ?? "";
  assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict$/);
  return cookie.split(";")[0] as string;
}
