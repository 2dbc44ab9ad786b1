// What the log says about proxies that are not configured.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Services } from "../../../server/http/services.ts";
import { testApp } from "../../support/app.ts";

/** The log's lines about X-Forwarded-For after calls with these headers. */
async function said(over: Partial<Services>, headers: Record<string, string>): Promise<string[]> {
  const app = await testApp(over);
  await app.call("GET", "/healthz", undefined, headers);
  await app.call("GET", "/v1/profiles", undefined, headers);
  const lines = app.logged.filter((line) => line.includes("X-Forwarded-For"));
  await app.end();
  return lines;
}

test("an untrusted X-Forwarded-For is reported once, with what to do and without an address", async () => {
  const lines = await said({}, { "X-Forwarded-For": "192.0.2.1" });
  assert.equal(lines.length, 1);
  const { level, msg } = JSON.parse(lines[0] as string);
  assert.equal(level, 40);
  assert.match(msg, /name it in TRUSTED_PROXIES/);
  assert.doesNotMatch(lines.join(), /192\.0\.2\.1|127\.0\.0\.1/);
});

test("a trusted X-Forwarded-For is not reported", async () => {
  const trustedProxies = ["127.0.0.1", "::1"];
  assert.deepEqual(await said({ trustedProxies }, { "X-Forwarded-For": "192.0.2.1" }), []);
});

test("a request without a proxy is not reported", async () => {
  assert.deepEqual(await said({}, {}), []);
});
