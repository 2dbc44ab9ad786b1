import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createSignInLink } from "../../../server/access/sessions.ts";
import { type TestApp, testApp } from "../../support/app.ts";

const adminPassword = "correct horse battery staple";

let app: TestApp;
before(async () => {
  app = await testApp({ adminPassword });
});
after(() => app.end());

/** Calls as a page of the portal does; `headers` override those of its browser. */
function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  on = app,
) {
  return on.call(method, path, body, { Authorization: "", Origin: on.url, ...headers });
}

const byPassword = async () =>
  cookieOf(await call("POST", "/session", { password: adminPassword }));

async function newSignInToken(): Promise<string> {
  const { url } = await createSignInLink(app.database.sql, app.url);
  return new URL(url).hash.slice(1);
}

/** By a link, which no limit counts. */
async function signIn() {
  const token = await newSignInToken();
  return cookieOf(await call("POST", "/session", { token }));
}

function cookieOf({ headers }: { headers: Headers }) {
  const [cookie = ""] = headers.getSetCookie();
  return { Cookie: cookie.split(";")[0] as string, attributes: cookie };
}

const as = ({ Cookie }: { Cookie: string }) => ({ Cookie });

/** fetch sends an empty Authorization when told to send none. */
const rawGet = (path: string, headers: Record<string, string>) =>
  fetch(`${app.url}${path}`, { headers });
const rawCall = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
  fetch(`${app.url}${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe("signing in by password", () => {
  test("opens /v1 with every scope", async () => {
    const session = await byPassword();
    assert.equal((await rawGet("/v1/keys", as(session))).status, 200);
    assert.equal((await rawGet("/v1/profiles", as(session))).status, 200);
  });

  test("sets a cookie that no script can read and no other site sends", async () => {
    const { attributes } = await byPassword();
    assert.match(
      attributes,
      /^optin_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  test("stores the token nowhere", async () => {
    const { Cookie } = await byPassword();
    const [row] = await app.database.sql`select string_agg(s::text, ' ') as rows from sessions s`;
    assert.ok(!row?.rows.includes(Cookie.split("=")[1]));
  });

  test("is refused with another password", async () => {
    const { status, body } = await call("POST", "/session", { password: `${adminPassword} ` });
    assert.deepEqual([status, body.issues[0].path], [422, "password"]);
  });

  test("is refused from a page of another origin", async () => {
    const { status, body } = await call(
      "POST",
      "/session",
      { password: adminPassword },
      { Origin: "https://evil.example" },
    );
    assert.deepEqual([status, body.code], [403, "origin_not_allowed"]);
  });

  test("is impossible if no password is set, even with an empty one", async () => {
    const other = await testApp();
    const answers = await Promise.all(
      ["", "undefined"].map((password) => call("POST", "/session", { password }, {}, other)),
    );
    await other.end();
    assert.deepEqual(
      answers.map(({ status }) => status),
      [422, 422],
    );
  });
});

describe("a sign-in link made while the server runs", () => {
  test("is made by a key of every scope, and signs in once", async () => {
    const { status, body } = await app.call("POST", "/v1/sign-in-links");
    assert.equal(status, 201);
    const { origin, pathname, hash } = new URL(body.url);
    assert.deepEqual([origin, pathname], [app.url, "/sign-in"]);
    const token = hash.slice(1);
    const tries = [
      await call("POST", "/session", { token }),
      await call("POST", "/session", { token }),
    ];
    assert.deepEqual(
      tries.map((one) => one.status),
      [200, 410],
    );
  });

  test("is valid for an hour", async () => {
    const { body } = await app.call("POST", "/v1/sign-in-links");
    const minutes = (Date.parse(body.expiresAt) - Date.now()) / 60_000;
    assert.ok(minutes > 55 && minutes <= 61, `${minutes} minutes`);
  });

  test("is refused to a key that lacks a scope", async () => {
    const { status } = await app.call(
      "POST",
      "/v1/sign-in-links",
      undefined,
      await app.keyWith("profiles:write", "messages:send"),
    );
    assert.equal(status, 403);
  });

  test("is in no line of the log", async () => {
    const { body } = await app.call("POST", "/v1/sign-in-links");
    const token = new URL(body.url).hash.slice(1);
    await call("POST", "/session", { token });
    assert.ok(app.logged.length > 0);
    assert.ok(!app.logged.some((line) => line.includes(token)));
  });
});

describe("signing in by a link", () => {
  test("works once", async () => {
    const token = await newSignInToken();
    const first = await call("POST", "/session", { token });
    const second = await call("POST", "/session", { token });
    assert.deepEqual([first.status, second.status, second.body.code], [200, 410, "gone"]);
    assert.equal((await rawGet("/v1/keys", as(cookieOf(first)))).status, 200);
  });

  test("works once if two use it at the same moment", async () => {
    const token = await newSignInToken();
    const answers = await Promise.all([1, 2, 3, 4].map(() => call("POST", "/session", { token })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 410, 410, 410]);
  });

  test("expires after an hour", async () => {
    const token = await newSignInToken();
    await app.database.sql`update sign_in_links set expires_at = now() - interval '1 second'`;
    assert.equal((await call("POST", "/session", { token })).status, 410);
  });

  test("is not used up by a program that opens the link", async () => {
    const token = await newSignInToken();
    await rawGet(`/sign-in?${token}`, {});
    assert.equal((await call("POST", "/session", { token })).status, 200);
  });
});

describe("a session", () => {
  test("marks its actions as the portal's", async () => {
    const session = await signIn();
    const made = await (
      await rawCall(
        "POST",
        "/v1/profiles",
        { ...as(session), Origin: app.url },
        { optIn: { sms: true } },
      )
    ).json();
    const { body } = await app.call("GET", `/v1/profiles/${made.id}/events`);
    const event = body.items.find(({ channel }: { channel: string }) => channel === "sms");
    assert.deepEqual([event.source, Object.keys(event.actor)], ["portal", ["session"]]);
  });

  for (const [headers, who] of [
    [{}, "a caller that names no origin"],
    [{ Origin: "https://evil.example" }, "a page of another origin"],
    [{ Origin: "null" }, "a sandboxed page"],
    [{ "Sec-Fetch-Site": "same-site" }, "a page of the same site"],
    [{ "Sec-Fetch-Site": "none" }, "an address that was typed"],
  ] as const) {
    test(`writes nothing for ${who}`, async () => {
      const session = await signIn();
      for (const [method, path] of [
        ["POST", "/v1/profiles"],
        ["PUT", "/v1/profiles/optin"],
        ["PATCH", "/v1/profiles/x"],
        ["DELETE", "/v1/profiles/x"],
        ["POST", "/v1/rules/test"],
      ] as const) {
        const response = await rawCall(method, path, { ...as(session), ...headers }, {});
        assert.deepEqual(
          [response.status, (await response.json()).code],
          [403, "origin_not_allowed"],
          path,
        );
      }
    });
  }

  test("writes nothing for another port of this host that claims to be the same site", async () => {
    const session = await signIn();
    const headers = { ...as(session), Origin: "http://localhost:1", "Sec-Fetch-Site": "same-site" };
    assert.equal((await rawCall("PUT", "/v1/profiles/optin", headers, { sms: true })).status, 403);
  });

  test("accepts writes from the portal's own page", async () => {
    const session = await signIn();
    const headers = { ...as(session), Origin: app.url, "Sec-Fetch-Site": "same-origin" };
    assert.equal((await rawCall("PUT", "/v1/profiles/optin", headers, { rcs: false })).status, 200);
  });

  test("ends on sign-out", async () => {
    const session = await signIn();
    const { status, headers } = await call("DELETE", "/session", undefined, as(session));
    assert.equal(status, 204);
    assert.match(headers.get("Set-Cookie") ?? "", /^optin_session=; Max-Age=0;/);
    assert.equal((await rawGet("/v1/profiles", as(session))).status, 401);
  });

  test("is not ended from another origin", async () => {
    const session = await signIn();
    const evil = { ...as(session), Origin: "https://evil.example" };
    assert.equal((await call("DELETE", "/session", undefined, evil)).status, 403);
    assert.equal((await rawGet("/v1/profiles", as(session))).status, 200);
  });

  test("ends after a week without use", async () => {
    const session = await signIn();
    await app.database.sql`update sessions set expires_at = now() - interval '1 second'`;
    assert.equal((await rawGet("/v1/profiles", as(session))).status, 401);
  });

  test("is extended by use", async () => {
    await app.database.sql`delete from sessions`;
    const session = await signIn();
    await app.database.sql`update sessions set expires_at = now() + interval '1 day'`;
    const { headers } = await rawGet("/v1/profiles", as(session));
    const [row] = await app.database
      .sql`select expires_at > now() + interval '6 days' as extended from sessions`;
    assert.equal(row?.extended, true);
    assert.match(headers.get("Set-Cookie") ?? "", /Max-Age=604800/);
  });

  test("ends when the password changes", async () => {
    const other = await testApp({
      adminPassword: "another password",
      sql: app.database.sql,
      reads: app.database.reads,
    });
    const session = await signIn();
    const { status } = await fetch(`${other.url}/v1/profiles`, { headers: as(session) });
    await other.end();
    assert.equal(status, 401);
  });

  test("outlives a rotated secret", async () => {
    const secrets = ["a newer secret for the tests", "a secret for the tests alone"];
    const { sql, reads } = app.database;
    const other = await testApp({ adminPassword, secrets, sql, reads });
    const { status } = await fetch(`${other.url}/v1/profiles`, { headers: as(await signIn()) });
    await other.end();
    assert.equal(status, 200);
  });

  test("travels over https only if the portal does", async () => {
    const publicUrl = "https://optin.example";
    const other = await testApp({ adminPassword, publicUrl });
    const { headers } = await other.call(
      "POST",
      "/session",
      { password: adminPassword },
      { Authorization: "", Origin: publicUrl },
    );
    await other.end();
    assert.match(headers.get("Set-Cookie") ?? "", /^__Host-optin_session=.*; Secure; /);
  });

  test("is reported to a page that asks", async () => {
    const session = await signIn();
    assert.deepEqual((await call("GET", "/session")).body, { signedIn: false, byPassword: true });
    assert.deepEqual((await call("GET", "/session", undefined, as(session))).body, {
      signedIn: true,
      byPassword: true,
    });
  });
});

describe("the portal's document", () => {
  test("is served at every address of the portal, under a strict policy that no page may frame", async () => {
    for (const path of [
      "/",
      "/sign-in",
      "/preferences",
      "/forms",
      "/forms/new",
      "/profiles/ada@x",
      "/messages",
      "/keys",
    ]) {
      const response = await rawGet(path, {});
      assert.equal(response.status, 200, path);
      assert.match(await response.text(), /<portal-app>/);
      const policy = response.headers.get("Content-Security-Policy") ?? "";
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
      assert.match(policy, /script-src 'self'; style-src 'self';/);
      assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
      assert.equal(response.headers.get("Referrer-Policy"), "same-origin");
    }
  });

  test("is not served where the API has nothing", async () => {
    for (const path of ["/v1/nothing", "/public/nothing", "/nothing"]) {
      const { headers } = await app.call("GET", path);
      assert.equal(headers.get("Content-Type"), "application/problem+json", path);
    }
  });

  test("never makes the browser ask for a key in its own dialog", async () => {
    const response = await rawGet("/v1/profiles", { "Sec-Fetch-Dest": "empty" });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("WWW-Authenticate"), "Bearer");
  });
});
