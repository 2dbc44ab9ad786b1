import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

/** A promise and its resolver. */
function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

const post = (key: string, body: unknown, headers: Record<string, string> = {}) =>
  app.call("POST", "/v1/profiles", body, { "Idempotency-Key": key, ...headers });

test("the same key and body answer the same again and act once", async () => {
  const first = await post("one", { email: "idem@c.de" });
  const second = await post("one", { email: "idem@c.de" });
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.deepEqual(second.body, first.body);
  assert.match(second.headers.get("Content-Type") ?? "", /application\/json/);
});

test("the same key with another body, or another path, is refused", async () => {
  await post("two", { properties: { a: 1 } });
  const { status, body } = await post("two", { properties: { a: 2 } });
  assert.deepEqual([status, body.code], [422, "idempotency_key_reused"]);
});

test("equal keys of different API keys are independent", async () => {
  const other = await app.keyWith("profiles:write");
  const first = await post("shared", {});
  const second = await post("shared", {}, other);
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.notEqual(first.body.id, second.body.id);
});

test("while the first request is running, the second is told to wait", async () => {
  const { promise: released, resolve: release } = withResolvers();
  // A row that is not committed yet holds the first request inside its transaction.
  const { promise: held, resolve: holding } = withResolvers();
  const holder = app.database.sql.begin(async (tx) => {
    await tx`select make_profiles('[{"id": "held", "email": "held@c.de"}]')`;
    holding();
    await released;
    await tx`delete from profiles where id = 'held'`;
  });
  await held;
  const both = [post("flight", { email: "held@c.de" }), post("flight", { email: "held@c.de" })];
  await Promise.race(both);
  release();
  await holder;
  const answers = (await Promise.all(both)).sort((a, b) => a.status - b.status);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [201, 409],
  );
  assert.equal(answers[1]?.body.code, "in_flight");
  assert.equal(answers[1]?.headers.get("Retry-After"), "1");
});

test("a failure is not stored: the same call may be tried again", async () => {
  await app.call("POST", "/v1/profiles", { id: "in-the-way", email: "retry@c.de" });
  assert.equal((await post("retry", { email: "retry@c.de" })).status, 409);
  await app.call("DELETE", "/v1/profiles/in-the-way");
  assert.equal((await post("retry", { email: "retry@c.de" })).status, 201);
});

test("an answer that cannot be stored undoes its effect, and the call may be tried again", async () => {
  const email = "late@c.de";
  const [kept] = await app.database.sql`
    select scope from idempotency_keys where body like '%idem@c.de%'`;
  const { promise: released, resolve: release } = withResolvers();
  const { promise: held, resolve: holding } = withResolvers();
  const holder = app.database.slowWrites.begin(async (tx) => {
    await tx`insert into idempotency_keys (scope, key, request_hash, status, body)
      values (${kept?.scope}, 'late', '', 0, '')`;
    holding();
    await released;
    await tx`delete from idempotency_keys where key = 'late'`;
  });
  await held;
  const { status, body } = await post("late", { email });
  release();
  await holder;
  assert.deepEqual([status, body.code], [503, "unavailable"]);
  assert.equal((await app.database.sql`select from profiles where email = ${email}`).length, 0);
  assert.equal((await post("late", { email })).status, 201);
});

test("32 identical simultaneous calls create one profile, and those that do not wait get its answer", async () => {
  const answers = await Promise.all(
    Array.from({ length: 32 }, () => post("burst", { properties: { burst: true } })),
  );
  const made = answers.filter((answer) => answer.status === 201);
  assert.ok(made.length >= 1);
  assert.equal(new Set(made.map((answer) => answer.body.id)).size, 1);
  for (const { status, body } of answers)
    assert.ok(status === 201 || body.code === "in_flight", `${status} ${body.code}`);
  const [row] = await app.database
    .sql`select count(*)::int from profiles where properties ? 'burst'`;
  assert.equal(row?.count, 1);
});

test("a key that is not visible ASCII is refused", async () => {
  const { status, body } = await post("a b", {});
  assert.deepEqual([status, body.issues[0].path], [422, "Idempotency-Key"]);
});

test("after 24 hours a key may be used again, swept or not", async () => {
  const first = await post("old", { properties: { a: 1 } });
  await app.database
    .sql`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'`;
  const second = await post("old", { properties: { a: 2 } });
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.notEqual(second.body.id, first.body.id);
  assert.deepEqual((await post("old", { properties: { a: 2 } })).body, second.body);
});
