import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
let form: { id: string };
before(async () => {
  app = await testApp();
  form = (await app.call("POST", "/v1/forms", formBody())).body;
  await app.call("POST", "/v1/profiles", { id: "p" });
});
after(() => app.end());

const writes = () =>
  [
    ["POST", "/v1/profiles"],
    ["PATCH", "/v1/profiles/p"],
    ["PUT", "/v1/profiles/p/optin"],
    ["PUT", "/v1/profiles/optin"],
    ["POST", "/v1/profiles/p/merge"],
    ["POST", "/v1/forms"],
    ["PUT", `/v1/forms/${form.id}`],
    ["POST", "/v1/keys"],
    ["POST", `/public/forms/${form.id}/submissions`],
  ] as const;

const json = { "Content-Type": "application/json" };

/** Bodies that nobody should send, and the acceptable answers. */
const bodies: [string, string, Record<string, string>, number[]][] = [
  ["malformed JSON", '{"a":', json, [400]],
  ["no body at all", "", json, [400]],
  ["a number", "5", json, [422]],
  ["null", "null", json, [422]],
  ["an array", "[]", json, [422]],
  ["a string with NUL", '"a\\u0000"', json, [422]],
  ["a field that nobody knows", '{"nobody": 1}', json, [422]],
  ["__proto__", '{"__proto__": {"admin": true}}', json, [200, 201, 422]],
  ["very deep JSON", `{"properties":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`, json, [422]],
  [
    "a form instead of JSON",
    "address=x",
    { "Content-Type": "application/x-www-form-urlencoded" },
    [415],
  ],
  ["no content type", "{}", { "Content-Type": "" }, [415]],
  ["plain text", "{}", { "Content-Type": "text/plain" }, [415]],
  ["a body of 1 MB", JSON.stringify({ address: "x".repeat(1_000_000) }), json, [413]],
];

for (const [what, body, headers, expected] of bodies) {
  test(`${what} gets a clear answer from every route that accepts a body`, async () => {
    for (const [method, path] of writes()) {
      const answer = await app.call(method, path, body, headers);
      assert.ok(
        expected.includes(answer.status),
        `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
      if (answer.status >= 400)
        assert.match(answer.headers.get("Content-Type") ?? "", /problem\+json/);
    }
  });
}

test("a body of 1 MB without a declared length is cut off as well", async () => {
  const stream = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 16; i++) controller.enqueue(new TextEncoder().encode("x".repeat(65_536)));
      controller.close();
    },
  });
  const init = { method: "POST", headers: json, body: stream, duplex: "half" };
  const response = await fetch(
    `${app.url}/public/forms/${form.id}/submissions`,
    init as RequestInit,
  );
  assert.equal(response.status, 413);
});

const naughty = [
  "<script>alert(1)</script>",
  "'; drop table profiles; --",
  '"><img src=x onerror=alert(1)>',
  "#{7*7}{7*7}{{7*7}}<%= 7*7 %>",
  "‮abc‬ ​ ﷽ Z̮̞̠͙͔ͅ",
  "👩‍👩‍👧‍👦 ٠١٢ ﬁ Å",
  "=HYPERLINK(1)",
  "%s%n%x",
  "\\'; \\\" -- \t",
  "constructor",
];

test("naughty text in every text field comes back as it was", async () => {
  for (const text of naughty) {
    const made = (
      await app.call(
        "POST",
        "/v1/forms",
        formBody({
          description: text,
          confirmationMessage: text,
          businessName: text,
          thankYouText: text,
        }),
      )
    ).body;
    assert.deepEqual(
      [made.description, made.confirmationMessage, made.businessName, made.thankYouText],
      Array(4).fill(text.trim()),
    );
    const profile = (
      await app.call("POST", "/v1/profiles", {
        properties: { text },
        optIn: { sms: true },
        reason: text,
        evidence: { text },
      })
    ).body;
    assert.equal(profile.properties.text, text);
    const [event] = (await app.call("GET", `/v1/profiles/${profile.id}/events?limit=1`)).body.items;
    assert.deepEqual([event.reason, event.evidence.text], [text.trim(), text.trim()]);
    const key = (await app.call("POST", "/v1/keys", { name: text, scopes: ["admin"] })).body;
    assert.equal(key.name, text.trim());
  }
});

test("naughty text is shown as text on the iframe page and on the example page", async () => {
  const text = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{id}}<!-- form -->';
  const made = (
    await app.call(
      "POST",
      "/v1/forms",
      formBody({
        confirmationMessage: text,
        buttonText: text.slice(0, 60),
        businessName: text,
        thankYouText: text,
      }),
    )
  ).body;
  const pages = await Promise.all([
    app.call("GET", `/embed/forms/${made.id}`),
    app.call("GET", `/site/?form=${made.id}`),
    app.call(
      "POST",
      `/embed/forms/${made.id}`,
      new URLSearchParams({ address: text, wording: "1" }).toString(),
      { "Content-Type": "application/x-www-form-urlencoded" },
    ),
    app.call(
      "POST",
      `/embed/forms/${made.id}`,
      new URLSearchParams({ address: "07700 900123", wording: "1" }).toString(),
      { "Content-Type": "application/x-www-form-urlencoded" },
    ),
  ]);
  assert.deepEqual(
    pages.map((page) => page.status),
    [200, 200, 422, 200],
  );
  for (const page of pages) {
    assert.doesNotMatch(page.body, /<img src=x|<script>alert/);
  }
});

test("something that cannot be an id, in a path or a query, is simply not found or invalid", async () => {
  for (const id of ["%00", "%ED%A0%80", "..%2f..", "'", "x".repeat(300), "%E2%80%AE"]) {
    for (const path of [
      `/v1/profiles/${id}`,
      `/v1/forms/${id}`,
      `/public/forms/${id}`,
      `/embed/forms/${id}`,
    ]) {
      assert.equal((await app.call("GET", path)).status, 404, path);
    }
  }
  for (const query of [
    "search=%00",
    "phoneNumber=%00",
    "email=%00",
    "limit=0",
    "limit=1e9",
    "cursor=%00",
    "cursor=AAAA*",
    "cursor=AA",
    "nobody=1",
  ]) {
    assert.equal((await app.call("GET", `/v1/profiles?${query}`)).status, 422, query);
  }
});

test("a cursor that was tampered with is invalid in every list", async () => {
  const forged = (text: string) => Buffer.from(text).toString("base64url");
  const cursors = [
    "2026-99-99T99:99:99.000Z abc",
    "2026-01-01T00:00:00Z abc",
    "x",
    "1'; drop table forms",
    "\0",
  ].map(forged);
  for (const list of [
    "profiles?",
    "forms?",
    "rules?",
    "broadcasts?",
    "messages?",
    "messages/inbounds?",
    "profiles/p/events?",
  ]) {
    for (const cursor of cursors) {
      const { status } = await app.call("GET", `/v1/${list}cursor=${cursor}`);
      assert.ok(
        status === 422 || (status === 200 && list === "profiles?" && cursor === forged("x")),
        `${list} ${cursor} ${status}`,
      );
    }
  }
});

test("an error never reveals internals", async () => {
  const { status, body } = await app.call("POST", "/v1/profiles", {
    phoneNumber: "SELECT secret",
    email: 5,
  });
  assert.equal(status, 422);
  assert.doesNotMatch(JSON.stringify(body), /SELECT|secret|stack|node_modules|postgres/i);
});
