// The headers of every answer, and the answers where there is nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
let form: string;
before(async () => {
  app = await testApp();
  form = (await app.call("POST", "/v1/forms", formBody())).body.id;
});
after(() => app.end());

const everywhere = () => [
  ...["/", "/sign-in", "/keys", "/nothing", "/nothing/at/all", "/healthz", "/readyz"],
  ...["/docs", "/docs/show.js", "/docs/swagger-ui.css", "/openapi.json", "/site/", "/session"],
  ...["/embed.js", "/embed/preferences?token=x", `/embed/forms/${form}`, `/public/forms/${form}`],
  ...["/public/confirm/x", "/public/unsubscribe/x", "/v1/profiles", "/v1/profiles/x", "/v1/x"],
  ...["/inbound/meta", "/widgets/index.js", "/widgets/nothing.js", "/portal/assets/nothing.js"],
];

test("every answer tells browsers not to guess its type", async () => {
  for (const path of everywhere()) {
    const { headers } = await app.call("GET", path);
    assert.equal(headers.get("X-Content-Type-Options"), "nosniff", path);
    assert.equal(headers.get("Strict-Transport-Security"), null, path);
  }
});

test("if PUBLIC_URL is https, every answer tells browsers to use https only", async () => {
  const secure = await testApp({ publicUrl: "https://optin.example" });
  for (const path of everywhere()) {
    const { headers } = await secure.call("GET", path);
    assert.equal(headers.get("Strict-Transport-Security"), "max-age=31536000", path);
  }
  await secure.end();
});

for (const [method, path, allowed] of [
  ["POST", "/v1/profiles/x", "DELETE, GET, HEAD, PATCH"],
  ["PUT", "/v1/profiles", "GET, HEAD, POST"],
  ["PUT", "/v1/keys", "GET, HEAD, POST"],
  ["GET", "/v1/profiles/x/merge", "POST"],
  ["GET", "/v1/sign-in-links", "POST"],
  ["PUT", "/v1/sessions/", "DELETE, GET, HEAD"],
  ["GET", "/public/forms/x/submissions", "OPTIONS, POST"],
  ["DELETE", "/healthz", "GET, HEAD"],
  ["POST", "/docs", "GET, HEAD"],
  ["POST", "/", "GET, HEAD"],
  ["PATCH", "/forms/x/y", "GET, HEAD"],
  ["GET", "/inbound/twilio", "POST"],
] as const) {
  test(`${method} ${path} is 405 and names the possible methods`, async () => {
    const { status, body, headers } = await app.call(method, path);
    const { code, detail } = body;
    assert.deepEqual([status, code, headers.get("Allow")], [405, "method_not_allowed", allowed]);
    assert.equal(detail.includes(allowed), true, detail);
  });
}

for (const [method, path] of [
  ["POST", "/nothing"],
  ["DELETE", "/v2/profiles"],
  ["GET", "/v1/profiles/x/y/z"],
  ["POST", "/v1/profiles/x/nothing"],
] as const) {
  test(`${method} ${path} is 404: no method is possible there`, async () => {
    const { status, headers } = await app.call(method, path);
    assert.deepEqual([status, headers.get("Allow")], [404, null]);
  });
}

test("a stranger learns of no route that needs a key", async () => {
  const { status } = await app.call("GET", "/v1/sign-in-links", undefined, { Authorization: "" });
  assert.equal(status, 401);
});

test("/openapi.json is computed once", async () => {
  const fresh = await testApp();
  const timed = async () => {
    const begun = performance.now();
    const { body } = await fresh.call("GET", "/openapi.json");
    return { ms: performance.now() - begun, text: JSON.stringify(body) };
  };
  const first = await timed();
  const later = [];
  for (let i = 0; i < 15; i++) later.push(await timed());
  await fresh.end();
  const median = later.map(({ ms }) => ms).sort((a, b) => a - b)[7] as number;
  assert.equal(median < first.ms / 2, true, `${median} ms after ${first.ms} ms`);
  assert.deepEqual([...new Set(later.map(({ text }) => text))], [first.text]);
});

test("if /docs is switched off, nothing links to it", async () => {
  const other = await testApp({ docs: false });
  const texts = await Promise.all(
    ["/", "/nothing", "/v1/nothing", "/v1/profiles?no=thing", "/v1/keys?no=thing"].map(
      async (path) => JSON.stringify((await other.call("GET", path)).body),
    ),
  );
  await other.end();
  assert.match(texts[0] as string, /<portal-app without-docs>/);
  assert.match(texts[3] as string, /There is no such query parameter here\./);
  assert.doesNotMatch(texts.join(), /\/docs/);
});

test("/docs and the example page can be switched off separately", async () => {
  const pages = [
    "/docs",
    "/docs/show.js",
    "/openapi.json",
    "/site",
    "/site/",
    `/site/?form=${form}`,
  ];
  const statuses = async (over: { docs?: boolean; site?: boolean }) => {
    const other = await testApp({ ...over, sql: app.database.sql, reads: app.database.reads });
    const answers = [];
    for (const path of pages) answers.push((await other.call("GET", path)).status);
    await other.end();
    return answers;
  };
  assert.deepEqual(await statuses({}), [200, 200, 200, 200, 200, 200]);
  assert.deepEqual(await statuses({ docs: false }), [404, 404, 404, 200, 200, 200]);
  assert.deepEqual(await statuses({ site: false }), [200, 200, 200, 404, 404, 404]);
});
