import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const makeForm = async (over: Record<string, unknown> = {}) =>
  (await app.call("POST", "/v1/forms", formBody(over))).body;

test("a form keeps its content, and starts with wording 1", async () => {
  const { status, body } = await app.call(
    "POST",
    "/v1/forms",
    formBody({ allowedOrigins: ["https://shop.example"] }),
  );
  assert.equal(status, 201);
  const { id, createdAt, updatedAt, ...rest } = body;
  assert.match(id, /^[a-z0-9]{16}$/);
  assert.equal(createdAt, updatedAt);
  assert.deepEqual(rest, {
    ...formBody(),
    allowedOrigins: ["https://shop.example"],
    privacyUrl: null,
    thankYouText: null,
    confirm: "none",
    language: null,
    countries: null,
    active: true,
    wording: 1,
    submissions: 0,
  });
});

test("only channels whose address proves who typed it can have a form", async () => {
  for (const channel of ["fbMessenger", "appMessaging", "pigeon"]) {
    const { status, body } = await app.call("POST", "/v1/forms", formBody({ channel }));
    assert.deepEqual([status, body.issues[0].path], [422, "channel"]);
  }
});

for (const [field, over] of Object.entries({
  confirmationMessage: "Something else",
  buttonText: "Join",
  businessName: "Another",
  privacyUrl: "https://shop.example/privacy",
  defaultCountry: "DE",
  thankYouText: "Thanks!",
  confirm: "double",
  language: "de",
  channel: "whatsApp",
})) {
  test(`a change of ${field} adds a wording, and the old one stays`, async () => {
    const { id } = await makeForm();
    const { body } = await app.call("PUT", `/v1/forms/${id}`, formBody({ [field]: over }));
    assert.equal(body.wording, 2);
    const { wordings } = (await app.call("GET", `/v1/forms/${id}`)).body;
    assert.deepEqual([wordings[0].number, wordings[0][field]], [2, over]);
    assert.deepEqual(
      [wordings[1].number, wordings[1].buttonText, wordings[1].channel],
      [1, "Sign up", "sms"],
    );
  });
}

test("an invisible change adds no wording", async () => {
  const { id } = await makeForm();
  const { body } = await app.call(
    "PUT",
    `/v1/forms/${id}`,
    formBody({ description: "Other", active: false, allowedOrigins: ["https://a.example"] }),
  );
  assert.deepEqual([body.wording, body.description, body.active], [1, "Other", false]);
});

test("wordings can neither be changed nor deleted", async () => {
  await makeForm();
  await assert.rejects(app.database.sql`update wordings set button_text = 'x'`, /append-only/);
  await assert.rejects(app.database.sql`delete from wordings`, /append-only/);
});

test("a deleted form is not in the list and cannot be changed or embedded", async () => {
  const { id } = await makeForm();
  assert.equal((await app.call("DELETE", `/v1/forms/${id}`)).status, 204);
  assert.equal((await app.call("GET", `/v1/forms/${id}/snippet`)).status, 404);
  assert.equal((await app.call("DELETE", `/v1/forms/${id}`)).status, 404);
  assert.equal((await app.call("PUT", `/v1/forms/${id}`, formBody())).status, 404);
  const { items } = (await app.call("GET", "/v1/forms?limit=200")).body;
  assert.ok(!items.some((form: { id: string }) => form.id === id));
});

test("a deleted form says that it is deleted, and has all its wordings", async () => {
  const { id } = await makeForm();
  await app.call("PUT", `/v1/forms/${id}`, formBody({ confirmationMessage: "Yes, news." }));
  const { body: before } = await app.call("GET", `/v1/forms/${id}`);
  assert.deepEqual([before.deletedAt, before.active, before.wordings.length], [null, true, 2]);
  await app.call("DELETE", `/v1/forms/${id}`);
  const { status, body } = await app.call("GET", `/v1/forms/${id}`);
  assert.deepEqual([status, body.active], [200, false]);
  assert.ok(Math.abs(Date.parse(body.deletedAt) - Date.now()) < 60_000, body.deletedAt);
  assert.deepEqual(body.wordings, before.wordings);
  assert.equal((await app.call("GET", "/v1/forms/nowhere")).status, 404);
});

test("an event says what was agreed to, even after its form is deleted", async () => {
  const { id } = await makeForm({ confirmationMessage: "Yes, bread.", buttonText: "Bread me" });
  await app.call("POST", `/public/forms/${id}/submissions`, { address: "07700 900177" });
  await app.call("PUT", `/v1/forms/${id}`, formBody({ confirmationMessage: "Yes, cake." }));
  await app.call("DELETE", `/v1/forms/${id}`);
  const path = "/v1/profiles?phoneNumber=%2B447700900177";
  const [profile] = (await app.call("GET", path)).body.items;
  const { items } = (await app.call("GET", `/v1/profiles/${profile.id}/events`)).body;
  assert.deepEqual(items[0].wording, {
    form: id,
    number: 1,
    confirmationMessage: "Yes, bread.",
    buttonText: "Bread me",
  });
  assert.deepEqual(
    items.slice(1).map(({ wording }: { wording: unknown }) => wording),
    [null],
  );
  const { body } = await app.call("GET", `/v1/profiles/${profile.id}/can-send?channel=sms`);
  assert.deepEqual(body.wording, items[0].wording);
});

test("the pages of the list have every form once, newest first", async () => {
  const made = await Promise.all(Array.from({ length: 5 }, () => makeForm()));
  const seen: { id: string; createdAt: string }[] = [];
  let cursor = "";
  do {
    const { body } = await app.call("GET", `/v1/forms?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor);
  for (const { id } of made) assert.equal(seen.filter((form) => form.id === id).length, 1);
  assert.deepEqual(
    seen.map((form) => form.createdAt),
    seen
      .map((form) => form.createdAt)
      .sort()
      .reverse(),
  );
});

test("the snippet comes in three ways, each with the form's id and the public address", async () => {
  const { id } = await makeForm();
  const { body } = await app.call("GET", `/v1/forms/${id}/snippet`);
  assert.deepEqual(Object.keys(body), ["iframe", "element", "tagManager"]);
  for (const code of Object.values<string>(body))
    assert.ok(code.includes(id) && code.includes(app.url), code);
});

test("strangers see the form's texts and nothing else", async () => {
  const { id } = await makeForm({ allowedOrigins: [] });
  const { texts, ...seenByAll } = (await app.call("GET", `/public/forms/${id}`)).body;
  const { description, ...seen } = formBody();
  assert.equal(texts.label, "Your phone number");
  assert.deepEqual(seenByAll, {
    ...seen,
    id,
    wording: 1,
    addressKind: "phoneNumber",
    privacyUrl: null,
    thankYouText: null,
    confirm: "none",
    language: "en",
    direction: null,
  });
});

for (const [what, over, path] of [
  ["a privacy link that is a script", { privacyUrl: "javascript:alert(1)" }, "privacyUrl"],
  ["an origin with a path", { allowedOrigins: ["https://a.example/x"] }, "allowedOrigins.0"],
  [
    "an origin with a trailing slash",
    { allowedOrigins: ["https://a.example/"] },
    "allowedOrigins.0",
  ],
  [
    "an origin that is more than a host",
    { allowedOrigins: ["https://a.example;sandbox"] },
    "allowedOrigins.0",
  ],
  ["an origin with a wildcard", { allowedOrigins: ["https://*.a.example"] }, "allowedOrigins.0"],
  ["a country in words", { defaultCountry: "England" }, "defaultCountry"],
  ["an empty button", { buttonText: "  " }, "buttonText"],
  ["a NUL in the text", { confirmationMessage: "a\0b" }, "confirmationMessage"],
  ["half a surrogate pair", { confirmationMessage: "a\ud800b" }, "confirmationMessage"],
  ["a field that does not exist", { colour: "red" }, "colour"],
] as const) {
  test(`${what} is refused at its path`, async () => {
    const { status, body } = await app.call("POST", "/v1/forms", formBody(over));
    assert.equal(status, 422);
    assert.deepEqual(
      body.issues.map((issue: { path: string }) => issue.path),
      [path],
    );
  });
}
