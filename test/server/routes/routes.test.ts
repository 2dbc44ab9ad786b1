import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createApp } from "../../../server/app.ts";
import { scopeSymbol } from "../../../server/http/describe.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

type Operation = { security: unknown[]; summary?: string; responses: Record<string, unknown> };

function routes() {
  const { sql, reads } = app.database;
  const context = {
    sql,
    reads,
    slowReads: reads,
    publicUrl: app.url,
    secrets: ["x"],
    trustedProxies: [],
    limits: { client: 0, address: 0, confirmations: 0 },
    providers: { twilioAuthToken: undefined, metaAppSecret: undefined, metaVerifyToken: undefined },
    poke: () => {},
  };
  return createApp({ ...context, log: undefined as never }).routes;
}

test("every route under /v1 names a scope that a key must have, and no other route is below /v1", async () => {
  const operations = routes().filter(
    ({ method, path }) => method !== "ALL" && path.startsWith("/v1"),
  );
  const scopes = new Map<string, unknown>();
  for (const { method, path, handler } of operations) {
    const scope = Reflect.get(handler, scopeSymbol);
    if (scope) scopes.set(`${method} ${path}`, scope);
  }
  const without = [...new Set(operations.map(({ method, path }) => `${method} ${path}`))].filter(
    (route) => !scopes.has(route),
  );
  assert.deepEqual(without, []);
  assert.ok(scopes.size >= 20, `only ${scopes.size} routes were found`);
  assert.ok(![...scopes.values()].includes("public"));
});

test("every route under /v1 refuses a caller without a key", async () => {
  for (const { method, path } of routes().filter(
    (route) => route.method !== "ALL" && route.path.startsWith("/v1"),
  )) {
    const { status } = await app.call(method, path.replace(/:\w+/, "x"), undefined, {
      Authorization: "",
    });
    assert.equal(status, 401, `${method} ${path}`);
  }
});

test("every API route is in the OpenAPI document, with a summary and its answers", async () => {
  const { body } = await app.call("GET", "/openapi.json");
  assert.equal(body.openapi, "3.1.0");
  for (const { method, path } of routes()) {
    if (method === "ALL" || method === "OPTIONS" || !/^\/(v1|public|embed\/)/.test(path)) continue;
    const operation: Operation | undefined =
      body.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    assert.ok(operation?.summary, `${method} ${path}`);
    assert.ok(Object.keys(operation.responses).length > 0);
    assert.equal(operation.security.length > 0, path.startsWith("/v1"));
  }
});

test("the OpenAPI document says which calls take an Idempotency-Key, and that any may have another problem", async () => {
  const { body } = await app.call("GET", "/openapi.json");
  const { post, get } = body.paths["/v1/messages"];
  const names = (operation: typeof post) =>
    operation.parameters?.map(({ name }: { name: string }) => name);
  assert.deepEqual(names(post), ["Idempotency-Key"]);
  assert.ok(!names(get).includes("Idempotency-Key"));
  for (const { responses } of [post, get]) {
    assert.deepEqual(Object.keys(responses.default.content), ["application/problem+json"]);
  }
});

test("the OpenAPI document refers to nothing that it does not hold", async () => {
  const { body } = await app.call("GET", "/openapi.json");
  const references = [
    ...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g),
  ].map(([, name]) => name as string);
  assert.ok(references.length > 10);
  for (const name of references) assert.ok(body.components.schemas[name], name);
});

test("/docs shows the document without a call to anyone else", async () => {
  const { body, headers } = await app.call("GET", "/docs");
  assert.match(body, /swagger-ui/);
  assert.doesNotMatch(body, /https?:\/\//);
  assert.match(headers.get("Content-Security-Policy") ?? "", /connect-src 'self'/);
  for (const path of ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/show.js"]) {
    assert.equal((await app.call("GET", path)).status, 200, path);
  }
});

test("/healthz and /readyz answer", async () => {
  assert.deepEqual((await app.call("GET", "/healthz")).body, { status: "ok" });
  assert.deepEqual((await app.call("GET", "/readyz")).body, { status: "ok" });
});

test("what is not there is a problem that says where to look", async () => {
  const { status, body, headers } = await app.call("GET", "/v2/profiles", undefined, {
    Authorization: "",
  });
  assert.equal(status, 404);
  assert.equal(headers.get("Content-Type"), "application/problem+json");
  assert.match(body.detail, /\/docs/);
});

test("a GET or HEAD of a public page changes nothing", async () => {
  const form = (await app.call("POST", "/v1/forms", formBody())).body;
  const before = await app.database.sql`select count(*) from events`;
  for (const path of [
    `/public/forms/${form.id}`,
    `/public/forms/${form.id}/submissions`,
    `/embed/forms/${form.id}`,
    `/site/?form=${form.id}`,
  ]) {
    await app.call("GET", path);
    await app.call("HEAD", path);
  }
  assert.deepEqual(await app.database.sql`select count(*) from events`, before);
});
