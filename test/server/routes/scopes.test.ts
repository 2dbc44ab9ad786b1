// Who may call what: one table, compared with the app.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { scopeSymbol } from "../../../server/http/describe.ts";
import { type Scope, scope } from "../../../server/schemas/keys.ts";
import { type TestApp, testApp } from "../../support/app.ts";

/** Every route that needs a key, and the scopes that the key must have (or `admin`). */
const guarded = {
  "DELETE /v1/forms/:id": "forms:write",
  "DELETE /v1/keys/:id": "admin",
  "DELETE /v1/profiles/:id": "profiles:write",
  "DELETE /v1/profiles/:id/optin": "profiles:write",
  "DELETE /v1/messages/inbounds/:id/answer": "profiles:write",
  "DELETE /v1/rules/:id": "rules:write",
  "DELETE /v1/rules/presets": "rules:write",
  "DELETE /v1/sessions": "admin",
  "DELETE /v1/sessions/:id": "admin",
  "GET /v1/broadcasts": "messages:read",
  "GET /v1/broadcasts/:id": "messages:read",
  "GET /v1/forms": "forms:read",
  "GET /v1/forms/:id": "forms:read",
  "GET /v1/forms/:id/snippet": "forms:read",
  "GET /v1/forms/held-back": "forms:read",
  "GET /v1/keys": "admin",
  "GET /v1/messages": "messages:read",
  "GET /v1/messages/:id": "messages:read",
  "GET /v1/messages/inbounds": "messages:read",
  "GET /v1/messages/inbounds/waiting": "messages:read",
  "GET /v1/profiles": "profiles:read",
  "GET /v1/profiles/:id": "profiles:read",
  "GET /v1/profiles/:id/can-send": "profiles:read",
  "GET /v1/profiles/:id/events": "profiles:read",
  "GET /v1/profiles/:id/optin": "profiles:read",
  "GET /v1/profiles/export": "profiles:read",
  "GET /v1/profiles/optin": "profiles:read",
  "GET /v1/rules": "rules:read",
  "GET /v1/rules/:id": "rules:read",
  "GET /v1/rules/opt-out-words": "rules:read",
  "GET /v1/sessions": "admin",
  "GET /v1/statistics": "profiles:read",
  "GET /v1/statistics/first-steps": "admin",
  "GET /v1/statistics/forms": "forms:read",
  "PATCH /v1/profiles/:id": "profiles:write",
  "PATCH /v1/rules/presets": "rules:write",
  "POST /v1/broadcasts": "messages:send",
  "POST /v1/broadcasts/:id/cancel": "messages:send",
  "POST /v1/broadcasts/:id/pause": "messages:send",
  "POST /v1/broadcasts/:id/resume": "messages:send",
  "POST /v1/broadcasts/preview": "messages:send",
  "POST /v1/can-send": "profiles:read",
  "POST /v1/forms": "forms:write",
  "POST /v1/forms/held-back/lift": "forms:write",
  "POST /v1/keys": "admin",
  "POST /v1/messages": "messages:send",
  "POST /v1/messages/batch": "messages:send",
  "POST /v1/messages/inbounds": "messages:receive",
  "POST /v1/profiles": "profiles:write",
  "POST /v1/profiles/:id/links": "profiles:write profiles:read",
  "POST /v1/profiles/:id/merge": "profiles:write",
  "POST /v1/profiles/import": "profiles:write",
  "POST /v1/profiles/optout": "profiles:write",
  "POST /v1/rules": "rules:write",
  "POST /v1/rules/presets": "rules:write",
  "POST /v1/rules/test": "rules:read",
  "POST /v1/sample-data": "admin",
  "POST /v1/sign-in-links": "admin",
  "PUT /v1/forms/:id": "forms:write",
  "PUT /v1/profiles/:id/optin": "profiles:write",
  "PUT /v1/profiles/optin": "defaults:write",
  "PUT /v1/messages/inbounds/:id/answer": "profiles:write",
  "PUT /v1/rules/:id": "rules:write",
} as const satisfies Record<string, Scope | `${Scope} ${Scope}`>;

/** Every other route: strangers and their browsers may call it. */
const open = [
  "DELETE /public/preferences",
  "DELETE /session",
  "GET /",
  "GET /:mistyped",
  "GET /broadcasts/*",
  "GET /data-preferences",
  "GET /docs",
  "GET /docs/show.js",
  "GET /docs/swagger-ui-bundle.js",
  "GET /docs/swagger-ui.css",
  "GET /embed.js",
  "GET /embed/editor",
  "GET /embed/flags",
  "GET /embed/forms/:id",
  "GET /embed/preferences",
  "GET /forms/*",
  "GET /healthz",
  "GET /inbound/meta",
  "GET /keys",
  "GET /messages",
  "GET /openapi.json",
  "GET /portal/assets/*",
  "GET /preferences",
  "GET /profiles/*",
  "GET /public/confirm/:token",
  "GET /public/editor",
  "GET /public/flags",
  "GET /public/forms/:id",
  "GET /public/preferences",
  "GET /public/preferences/copy",
  "GET /public/unsubscribe/:token",
  "GET /readyz",
  "GET /session",
  "GET /sign-in",
  "GET /site",
  "GET /site/assets/*",
  "GET /widgets/*",
  "OPTIONS /public/forms/:id",
  "OPTIONS /public/forms/:id/confirmations",
  "OPTIONS /public/forms/:id/submissions",
  "POST /embed/editor",
  "POST /embed/flags",
  "POST /embed/forms/:id",
  "POST /embed/forms/:id/confirmations",
  "POST /embed/preferences",
  "POST /inbound/meta",
  "POST /inbound/twilio",
  "POST /inbound/twilio/status",
  "POST /public/confirm/:token",
  "POST /public/forms/:id/confirmations",
  "POST /public/forms/:id/submissions",
  "POST /public/unsubscribe/:token",
  "POST /session",
  "PUT /public/editor",
  "PUT /public/flags",
  "PUT /public/preferences",
];

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

/** Every route of the app and the scopes that its handlers name, by `METHOD path`. */
function scopesOfRoutes(): Map<string, Set<Scope>> {
  const scopes = new Map<string, Set<Scope>>();
  for (const { method, path, handler } of app.routes) {
    if (method === "ALL") continue;
    const route = `${method} ${path}`;
    const named: Scope[] = Reflect.get(handler, scopeSymbol) ?? [];
    scopes.set(route, new Set([...(scopes.get(route) ?? []), ...named]));
  }
  return scopes;
}

test("every route below /v1 needs the scope that the table says, and there is no other", () => {
  const actual = [...scopesOfRoutes()]
    .filter(([route]) => route.includes(" /v1"))
    .map(([route, scopes]) => `${route}: ${[...scopes].join(" ")}`);
  const expected = Object.entries(guarded).map(([route, scope]) => `${route}: ${scope}`);
  assert.deepEqual(actual.sort(), expected.sort());
});

test("every other route is in the table as open", () => {
  const actual = [...scopesOfRoutes()].filter(([route]) => !route.includes(" /v1"));
  assert.deepEqual(actual.map(([route]) => route).sort(), open.sort());
  for (const [route, scopes] of actual) assert.deepEqual([...scopes], [], route);
});

const calls = Object.entries(guarded).map(
  ([route, scopes]) => [route, scopes.split(" ") as Scope[]] as const,
);

for (const [route, needed] of calls.flatMap(([route, all]) =>
  all.map((one) => [route, one] as const),
)) {
  test(`${route} is refused to a key with every scope but ${needed}`, async () => {
    const [method = "", path = ""] = route.split(" ");
    const others = scope.options.filter((one) => one !== needed && one !== "admin");
    const headers = await app.keyWith(...others);
    const { status, body } = await app.call(method, path.replace(":id", "x"), undefined, headers);
    assert.deepEqual([status, body.code], [403, "forbidden"]);
    assert.match(body.detail, new RegExp(`\\b${needed}\\b`));
  });
}

for (const [route, needed] of calls) {
  if (needed.includes("admin")) continue;
  test(`${route} is open to a key with only ${needed.join(" and ")}`, async () => {
    const [method = "", path = ""] = route.split(" ");
    const headers = await app.keyWith(...needed);
    const { status } = await app.call(method, path.replace(":id", "x"), undefined, headers);
    assert.equal([200, 404, 415, 422].includes(status), true, `${status}`);
  });
}
