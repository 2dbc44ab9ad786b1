import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readPublicForm, submitForm } from "../../../server/forms/submissions.ts";
import { seal } from "../../../server/links/seals.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

const secrets = ["the secret of these tests"];
let app: TestApp;
before(async () => {
  app = await testApp({ secrets });
});
after(() => app.end());

const stranger = { Authorization: "" };
const makeForm = async (over: Record<string, unknown> = {}, on = app) =>
  (await on.call("POST", "/v1/forms", formBody(over))).body;
const submit = (
  form: { id: string },
  body: unknown,
  headers: Record<string, string> = {},
  on = app,
) => on.call("POST", `/public/forms/${form.id}/submissions`, body, { ...stranger, ...headers });

async function profileWith(query: string) {
  const { body } = await app.call("GET", `/v1/profiles?${query}`);
  return body.items[0];
}

async function lastEvent(id: string) {
  return (await app.call("GET", `/v1/profiles/${id}/events?limit=1`)).body.items[0];
}

test("a submission opts an unknown person in, and the event proves it", async () => {
  const form = await makeForm({ thankYouText: "See you!" });
  const answer = await submit(
    form,
    { address: "07700 900123", wording: 1 },
    { Origin: "https://shop.example", "User-Agent": "Test", "Accept-Language": "en" },
  );
  assert.deepEqual(
    [answer.status, answer.body],
    [200, { status: "done", thankYouText: "See you!" }],
  );
  const profile = await profileWith("phoneNumber=%2B447700900123");
  assert.equal(profile.optIn.sms, true);
  assert.equal(profile.optIn.whatsApp, false);
  const event = await lastEvent(profile.id);
  assert.deepEqual(
    [event.channel, event.from, event.to, event.source],
    ["sms", false, true, "form"],
  );
  assert.deepEqual(event.actor, { form: form.id, wording: 1 });
  assert.deepEqual(event.evidence, {
    page: "https://shop.example",
    userAgent: "Test",
    language: "en",
    clientAddress: "127.0.0.0",
  });
});

test("an e-mail form accepts e-mail addresses, in any case", async () => {
  const form = await makeForm({ channel: "email" });
  await submit(form, { address: " Ann@EXAMPLE.org " });
  await submit(form, { address: "ann@example.org" });
  const { body } = await app.call("GET", "/v1/profiles?search=ann@example.org");
  assert.deepEqual(
    body.items.map((profile: { email: string }) => profile.email),
    ["Ann@example.org"],
  );
  assert.equal(body.items[0].optIn.email, true);
});

test("the answer is the same for a known, an unknown, an opted-in and an opted-out address", async () => {
  const form = await makeForm();
  await app.call("POST", "/v1/profiles", {
    id: "known-in",
    phoneNumber: "+447700900131",
    optIn: { sms: true },
  });
  await app.call("POST", "/v1/profiles", {
    id: "known-out",
    phoneNumber: "+447700900132",
    optIn: { sms: false },
  });
  const answers = await Promise.all(
    ["+447700900131", "+447700900132", "+447700900133"].map((address) =>
      submit(form, { address, wording: 1 }),
    ),
  );
  const plain = answers.map(({ status, body, headers }) => ({
    status,
    body,
    headers: [...headers.keys()].filter((name) => name !== "date").sort(),
  }));
  assert.deepEqual(plain[1], plain[0]);
  assert.deepEqual(plain[2], plain[0]);
});

test("the event names the wording that was shown, even when the form has moved on", async () => {
  const form = await makeForm();
  await app.call("PUT", `/v1/forms/${form.id}`, formBody({ buttonText: "New" }));
  await submit(form, { address: "07700 900140", wording: 1 });
  await submit(form, { address: "07700 900141" });
  assert.equal(
    (await lastEvent((await profileWith("phoneNumber=%2B447700900140")).id)).actor.wording,
    1,
  );
  assert.equal(
    (await lastEvent((await profileWith("phoneNumber=%2B447700900141")).id)).actor.wording,
    2,
  );
});

test("a wording that the form never had is refused", async () => {
  const form = await makeForm();
  const { status, body } = await submit(form, { address: "07700 900142", wording: 7 });
  assert.deepEqual([status, body.issues[0].path], [422, "wording"]);
});

test("a wording that the form never had opts nobody in, whoever submits it", async () => {
  const { id } = await makeForm();
  const { reads, sql } = app.database;
  const { form } = await readPublicForm(reads, { id });
  const evidence = { page: null, userAgent: null, language: null, clientAddress: "192.0.2.0" };
  const wanted = { address: "07700 900142", origin: null, client: "192.0.2.0", evidence };
  await assert.rejects(
    submitForm(
      sql,
      { ...wanted, form: { ...form, wording: 7 } },
      { client: 0, address: 0, confirmations: 0 },
    ),
    /no such wording/,
  );
});

test("a form that never existed is a 404, whatever wording is named", async () => {
  for (const wording of [undefined, 1, 7]) {
    const { status, body } = await submit(
      { id: "nowhere" },
      { address: "07700 900142", ...(wording && { wording }) },
    );
    assert.deepEqual([status, body.code], [404, "not_found"], `wording ${wording}`);
  }
  const typed = new URLSearchParams({ address: "07700 900142", wording: "1", code: "123456" });
  for (const path of ["", "/confirmations"]) {
    const { status } = await app.call("POST", `/embed/forms/nowhere${path}`, typed.toString(), {
      ...stranger,
      "Content-Type": "application/x-www-form-urlencoded",
    });
    assert.equal(status, 404, path);
  }
});

test("a text that the browser sends is never taken for what was agreed to", async () => {
  const form = await makeForm();
  const { status } = await submit(form, {
    address: "07700 900143",
    confirmationMessage: "I agree to everything",
  });
  assert.equal(status, 422);
});

for (const address of [
  "",
  "   ",
  "hello",
  "07700",
  "<script>alert(1)</script>",
  "'; drop table profiles; --",
  "x".repeat(400),
  "a\0b",
  "\ud800",
]) {
  test(`the address ${JSON.stringify(address.slice(0, 30))} is refused with an issue at address`, async () => {
    const form = await makeForm();
    const { status, body } = await submit(form, { address, wording: 1 });
    assert.deepEqual([status, body.code, body.issues[0].path], [422, "invalid", "address"]);
    assert.ok(!JSON.stringify(body).includes("drop table"));
  });
}

test("an inactive and a deleted form answer 410, one that never existed 404", async () => {
  const inactive = await makeForm({ active: false });
  const deleted = await makeForm();
  await app.call("DELETE", `/v1/forms/${deleted.id}`);
  for (const form of [inactive, deleted]) {
    const { status, body } = await submit(form, { address: "07700 900144", wording: 1 });
    assert.deepEqual([status, body.code], [410, "gone"]);
    assert.equal((await app.call("GET", `/public/forms/${form.id}`)).status, 410);
  }
  assert.equal((await submit({ id: "never" }, { address: "07700 900144" })).status, 404);
});

test("a form that was submitted and then paused accepts nothing more, immediately", async () => {
  const form = await makeForm();
  await submit(form, { address: "07700 900145", wording: 1 });
  await app.call("PUT", `/v1/forms/${form.id}`, formBody({ active: false }));
  assert.equal((await submit(form, { address: "07700 900146", wording: 1 })).status, 410);
  assert.equal(await profileWith("phoneNumber=%2B447700900146"), undefined);
});

test("a page that is not allowed can neither read nor submit, and its developer is told why", async () => {
  const form = await makeForm({ allowedOrigins: ["https://shop.example"] });
  const evil = { Origin: "https://evil.example" };
  for (const answer of [
    await app.call("GET", `/public/forms/${form.id}`, undefined, evil),
    await submit(form, { address: "07700 900147", wording: 1 }, evil),
    await app.call("OPTIONS", `/public/forms/${form.id}/submissions`, undefined, evil),
    await submit(form, { address: "07700 900147", wording: 1 }, { Origin: "null" }),
  ]) {
    assert.deepEqual([answer.status, answer.body.code], [403, "origin_not_allowed"]);
    assert.match(answer.body.detail, /allowedOrigins/);
  }
  assert.equal(await profileWith("phoneNumber=%2B447700900147"), undefined);
});

test("an allowed page may ask, submit and read errors, without credentials", async () => {
  const form = await makeForm({ allowedOrigins: ["https://shop.example"] });
  const shop = { Origin: "https://shop.example" };
  const preflight = await app.call(
    "OPTIONS",
    `/public/forms/${form.id}/submissions`,
    undefined,
    shop,
  );
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("Access-Control-Allow-Headers"), "Content-Type");
  for (const answer of [
    preflight,
    await submit(form, { address: "07700 900148" }, shop),
    await submit(form, { address: "no" }, shop),
  ]) {
    assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "https://shop.example");
    assert.equal(answer.headers.get("Access-Control-Allow-Credentials"), null);
    assert.match(answer.headers.get("Vary") ?? "", /Origin/);
  }
});

test("in an iframe, the sealed origin of the page around it is the evidence; another form's seal is worthless", async () => {
  const form = await makeForm();
  const other = await makeForm();
  const sealed = seal(secrets, `host of ${form.id}`, "https://host.example");
  await submit(form, { address: "07700 900151", wording: 1, host: sealed });
  await submit(other, { address: "07700 900152", wording: 1, host: sealed });
  const event = await lastEvent((await profileWith("phoneNumber=%2B447700900151")).id);
  assert.equal(event.evidence.page, "https://host.example");
  const unsealed = await lastEvent((await profileWith("phoneNumber=%2B447700900152")).id);
  assert.equal(unsealed.evidence.page, null);
});

test("a robot that fills in the trap gets the usual answer and changes nothing", async () => {
  const form = await makeForm();
  const { status, body } = await submit(form, {
    address: "07700 900153",
    wording: 1,
    website: "http://spam.example",
  });
  assert.deepEqual([status, body.status], [200, "done"]);
  assert.equal(await profileWith("phoneNumber=%2B447700900153"), undefined);
});

test("64 simultaneous submissions of one unknown address create one profile, and each is an event", async () => {
  const form = await makeForm();
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => submit(form, { address: "07700 900154", wording: 1 })),
  );
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
  const profile = await profileWith("phoneNumber=%2B447700900154");
  const { body } = await app.call("GET", `/v1/profiles/${profile.id}/events?limit=100`);
  const events = body.items.filter((event: { source: string }) => event.source === "form");
  assert.equal(events.length, 64);
  assert.equal(events.filter((event: { from: boolean }) => !event.from).length, 1);
});

test("past the limit of one client the answer is 429 with Retry-After, and other clients go on", async () => {
  const limited = await testApp({
    limits: { client: 3, address: 0, confirmations: 0 },
    trustedProxies: ["127.0.0.1"],
  });
  try {
    const form = await makeForm({}, limited);
    const from = (client: string, i: number) =>
      submit(
        form,
        { address: `+4477009002${10 + i}` },
        { "X-Forwarded-For": `${client}` },
        limited,
      );
    for (let i = 0; i < 3; i++) assert.equal((await from("203.0.113.7", i)).status, 200);
    const { status, body, headers } = await from("203.0.113.7", 4);
    assert.deepEqual([status, body.code], [429, "rate_limited"]);
    const wait = Number(headers.get("Retry-After"));
    assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`);
    assert.equal((await from("203.0.113.8", 5)).status, 200);
    // A client cannot choose its address: what it sends itself is left of what the proxy adds.
    assert.equal((await from("198.51.100.1, 203.0.113.7", 6)).status, 429);
    assert.equal((await from("2001:db8:1:2:3::1", 7)).status, 200);
    assert.equal((await from("203.0.113.7:4711", 8)).status, 429);
    assert.equal((await from("[2001:db8:1:9::1]:4711", 9)).status, 200);
  } finally {
    await limited.end();
  }
});

test("past an address's limit the answer is the usual one and nothing changes", async () => {
  const limited = await testApp({ limits: { client: 0, address: 2, confirmations: 0 } });
  try {
    const form = await makeForm({}, limited);
    const once = await submit(form, { address: "07700 900160" }, {}, limited);
    await submit(form, { address: "07700 900160" }, {}, limited);
    const { body } = await limited.call("GET", "/v1/profiles?phoneNumber=%2B447700900160");
    await limited.call("DELETE", `/v1/profiles/${body.items[0].id}/optin?channel=sms`);
    const past = await submit(form, { address: "+44 7700 900160" }, {}, limited);
    assert.deepEqual([past.status, past.body], [once.status, once.body]);
    const after = await limited.call("GET", `/v1/profiles/${body.items[0].id}`);
    assert.equal(after.body.optIn.sms, false);
  } finally {
    await limited.end();
  }
});

test("the limits keep no address, only hashes", async () => {
  const limited = await testApp({ limits: { client: 9, address: 9, confirmations: 0 } });
  try {
    await submit(await makeForm({}, limited), { address: "07700 900161" }, {}, limited);
    const rows = await limited.database.sql`select * from limits`;
    assert.equal(rows.length, 2);
    assert.doesNotMatch(JSON.stringify(rows), /900161|127\.0\.0\.1/);
  } finally {
    await limited.end();
  }
});

test("no address stands in any line of the log", async () => {
  const form = await makeForm();
  await submit(form, { address: "07700 900170", wording: 1 });
  await app.call("GET", "/v1/profiles?phoneNumber=%2B447700900170&search=someone@c.de");
  await app.call("GET", "/nowhere/+447700900170?email=someone@c.de");
  await app.call("POST", "/v1/profiles", { phoneNumber: "+447700900170" });
  assert.ok(app.logged.length > 3);
  for (const line of app.logged) assert.doesNotMatch(line, /900170|someone|127\.0\.0/);
});
