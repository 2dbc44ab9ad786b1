import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { channel as channelNames } from "../../../server/schemas/channels.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

type Parameter = {
  name: string;
  in: string;
  schema: { type?: string };
  style?: string;
  explode?: boolean;
};
type Operation = { security: unknown[]; summary?: string; responses: Record<string, unknown> };

test("every route under /v1 refuses a caller without a key", async () => {
  for (const { method, path } of app.routes.filter(
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
  for (const { method, path } of app.routes) {
    if (method === "ALL" || method === "OPTIONS" || !/^\/(v1|public|embed\/)/.test(path)) continue;
    const operation: Operation | undefined =
      body.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    assert.ok(operation?.summary, `${method} ${path}`);
    assert.ok(Object.keys(operation.responses).length > 0);
    assert.equal(operation.security.length > 0, path.startsWith("/v1"));
  }
});

test("the OpenAPI document says which calls accept an Idempotency-Key, and that any may have another problem", async () => {
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

test("the OpenAPI document says how a list in a query is sent, and the server accepts it so", async () => {
  const { body } = await app.call("GET", "/openapi.json");
  const { parameters } = body.paths["/v1/profiles/{id}/optin"].delete;
  const channel = parameters.find(({ name }: { name: string }) => name === "channel");
  const { style, explode, schema } = channel;
  assert.deepEqual([style, explode, schema.type, schema.anyOf], ["form", true, "array", undefined]);
  assert.deepEqual(schema.items.enum, [...channelNames.options]);
  await app.call("POST", "/v1/profiles", { id: "listed", optIn: { sms: true, email: true } });
  const query = new URLSearchParams(["sms", "email"].map((name) => ["channel", name]));
  const { status, body: profile } = await app.call("DELETE", `/v1/profiles/listed/optin?${query}`);
  assert.deepEqual([status, profile.optIn.sms, profile.optIn.email], [200, false, false]);
});

test("the OpenAPI document declares style and explode for each list in a query, and a type for it", async () => {
  const { body } = await app.call("GET", "/openapi.json");
  const inQueries = Object.values<Record<string, { parameters?: Parameter[] }>>(body.paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ parameters = [] }) => parameters)
    .filter((parameter) => parameter.in === "query");
  assert.equal(inQueries.length > 20, true);
  for (const { name, schema, style, explode } of inQueries) {
    assert.equal(typeof schema.type, "string", name);
    assert.equal("anyOf" in schema, false, name);
    if (schema.type === "array") assert.deepEqual([style, explode], ["form", true], name);
  }
});

const isForPrograms = (path: string) => /^\/(v1|session)\b/.test(path);

/** Every operation of the app, with an address that it accepts. */
function operations() {
  const all = app.routes
    .filter(({ method, path }) => method !== "ALL" && method !== "OPTIONS" && !path.includes("*"))
    .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, "x") }));
  return [...new Map(all.map((one) => [`${one.method} ${one.path}`, one])).values()];
}

test("under /v1 and /session every route refuses an unknown query parameter", async () => {
  const strict = operations().filter(({ path }) => isForPrograms(path));
  assert.equal(strict.length > 40, true);
  for (const { method, path } of strict) {
    for (const name of ["nobody", "constructor"]) {
      const { status, body } = await app.call(method, `${path}?${name}=1`);
      assert.equal(status, 422, `${method} ${path}`);
      const [issue] = body.issues.filter((one: { path: string }) => one.path === name);
      assert.match(issue?.message ?? "", /no such query parameter .*\/docs/, `${method} ${path}`);
    }
  }
});

test("a route without a query accepts an empty one, and an unknown path stays a 404", async () => {
  for (const path of ["/v1/keys?", "/v1/keys/?", "/v1/keys?&", "/v1/profiles/optin?"]) {
    assert.equal((await app.call("GET", path)).status, 200, path);
  }
  assert.equal((await app.call("GET", "/v1/nothing?nobody=1")).status, 404);
  assert.equal((await app.call("GET", "/v1/profiles/nobody?")).status, 404);
});

test("parameters that others add to an address are ignored everywhere else: on pages, files, webhooks and by visitors", async () => {
  const form = (await app.call("POST", "/v1/forms", formBody())).body;
  const added = "utm_source=news&fbclid=1&v=2&constructor=1";
  const addresses: [string, string][] = [
    ...operations()
      .filter(({ path }) => !isForPrograms(path))
      .map(({ method, path }): [string, string] => [method, path]),
    ...["/embed.js", "/docs", "/docs/show.js", "/docs/swagger-ui.css", "/site/", "/sign-in"].map(
      (path): [string, string] => ["GET", path],
    ),
    ["GET", `/embed/forms/${form.id}`],
    ["GET", `/public/forms/${form.id}`],
    ["GET", "/profiles/somebody"],
  ];
  assert.equal(addresses.length > 30, true);
  for (const [method, path] of addresses) {
    const plain = await app.call(method, path);
    const more = await app.call(method, `${path}?${added}`);
    assert.deepEqual([more.status, more.body.code], [plain.status, plain.body.code], path);
  }
  const { status } = await app.call("POST", `/public/forms/${form.id}/submissions?${added}`, {
    wording: form.wording,
    address: "+44 7700 900610",
  });
  assert.equal(status, 200);
});

test("the OpenAPI document refers to nothing that it does not contain", async () => {
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
  const policy = headers.get("Content-Security-Policy") ?? "";
  assert.match(policy, /connect-src 'self'/);
  // In a frame, somebody else's page could make a person type a key into it.
  assert.match(policy, /frame-ancestors 'none'/);
  for (const path of ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/show.js"]) {
    assert.equal((await app.call("GET", path)).status, 200, path);
  }
});

test("/healthz and /readyz answer", async () => {
  assert.deepEqual((await app.call("GET", "/healthz")).body, { status: "ok" });
  assert.deepEqual((await app.call("GET", "/readyz")).body, { status: "ok" });
});

test("an unknown path is a problem that says where to look", async () => {
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
