// The browser and PUBLIC_URL say which page a request comes from, never the request's Host: its
// sender writes that.

import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const evil = "http://evil.example";

/** Calls with headers that fetch does not let anybody set. */
async function call(
  method: string,
  path: string,
  headers: object,
  body?: string | URLSearchParams,
) {
  const type = typeof body === "string" ? "application/json" : "application/x-www-form-urlencoded";
  const options = { method, headers: { "content-type": type, ...headers } };
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request(`${app.url}${path}`, options, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    });
    sent.on("error", reject).end(body?.toString());
  });
}

const disguises = [
  { Host: "evil.example" },
  { Host: "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http" },
  { "X-Forwarded-Host": "evil.example", Forwarded: "host=evil.example;proto=http" },
];

async function formOf(allowedOrigins: string[]) {
  const { status, body } = await app.call("POST", "/v1/forms", formBody({ allowedOrigins }));
  assert.equal(status, 201);
  return body;
}

const profileWith = async (phoneNumber: string) =>
  (await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(phoneNumber)}`)).body
    .items[0];

test("a page that is not allowed is not taken for our own because of its Host", async () => {
  const form = await formOf(["https://shop.example"]);
  const submission = JSON.stringify({ address: "+447700900621", wording: form.wording });
  const code = JSON.stringify({ address: "+447700900621", code: "123456" });
  for (const disguise of disguises) {
    const headers = { ...disguise, Origin: evil };
    const path = `/public/forms/${form.id}`;
    for (const { status, body } of [
      await call("GET", path, headers),
      await call("OPTIONS", `${path}/submissions`, headers),
      await call("POST", `${path}/submissions`, headers, submission),
      await call("POST", `${path}/confirmations`, headers, code),
      await call("POST", "/session", headers, JSON.stringify({ password: "x" })),
      await call("DELETE", "/session", headers),
    ]) {
      assert.deepEqual([status, JSON.parse(body).code], [403, "origin_not_allowed"]);
    }
  }
  assert.equal(await profileWith("+447700900621"), undefined);
});

/** The seal by which the page in an iframe says which page is around it. */
async function sealFor(form: { id: string }, headers: object): Promise<string> {
  const { status, body } = await call("GET", `/embed/forms/${form.id}`, headers);
  assert.equal(status, 200);
  return /name="host" value="([^"]*)"/.exec(body)?.[1] ?? "";
}

test("the page around an iframe is not taken for our own because of its Host", async () => {
  const form = await formOf(["https://shop.example"]);
  for (const disguise of disguises) {
    const host = await sealFor(form, { ...disguise, Referer: `${evil}/` });
    const posted = new URLSearchParams({
      address: "+447700900622",
      wording: String(form.wording),
      host,
    });
    const { status } = await call("POST", `/embed/forms/${form.id}`, { Origin: app.url }, posted);
    assert.equal(status, 403, JSON.stringify(disguise));
  }
  assert.equal(await profileWith("+447700900622"), undefined);
});

test("if any page is allowed, the page is in the evidence, whatever its Host", async () => {
  const form = await formOf([]);
  for (const [index, disguise] of disguises.entries()) {
    const address = `+4477009006${30 + index}`;
    const body = JSON.stringify({ address, wording: form.wording });
    const headers = { ...disguise, Origin: evil };
    const path = `/public/forms/${form.id}/submissions`;
    assert.equal((await call("POST", path, headers, body)).status, 200);
    const { id } = await profileWith(address);
    const { items } = (await app.call("GET", `/v1/profiles/${id}/events`)).body;
    const event = items.find(({ source }: { source: string }) => source === "form");
    assert.equal(event.evidence.page, evil);
  }
});
