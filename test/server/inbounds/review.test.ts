// Likely opt-outs: they wait for a person, who decides; and messages that find nobody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { receiveMessage } from "../../../server/inbounds/receive.ts";
import { addFirstWords } from "../../../server/rules/first-words.ts";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  await addFirstWords(app.database.sql);
});
after(() => app.end());

let people = 0;
const person = () => `+4477009${String(10_000 + people++)}`;
const receive = async (from: string, body: string) =>
  (await app.call("POST", "/v1/messages/inbounds", { channel: "sms", to: "12345", from, body }))
    .body;
const list = async (query: string) =>
  (await app.call("GET", `/v1/messages/inbounds?limit=200&${query}`)).body.items;
const waits = async (id: string) =>
  (await list("likely=true")).some((inbound: { id: string }) => inbound.id === id);
const flagOf = async (profile: string) =>
  (await app.call("GET", `/v1/profiles/${profile}/optin`)).body.items.find(
    ({ channel }: { channel: string }) => channel === "sms",
  );
const eventsOf = async (profile: string) =>
  (await app.call("GET", `/v1/profiles/${profile}/events`)).body.items;
const answer = (id: string, decision: string) =>
  app.call("PUT", `/v1/messages/inbounds/${id}/answer`, { answer: decision });

test("a likely opt-out changes no flag and waits, the oldest first, with the reason", async () => {
  const from = person();
  await receive(from, "START");
  const first = await receive(from, "Who is this? Stop");
  const second = await receive(person(), "wrong number");
  assert.deepEqual([first.action, first.review, first.event], ["none", "likely", null]);
  assert.equal(first.reviewReason, 'It says "stop".');
  assert.equal((await flagOf(first.profileId)).optedIn, true);
  const ids = (await list("likely=true")).map(({ id }: { id: string }) => id);
  assert.ok(ids.indexOf(first.id) >= 0 && ids.indexOf(first.id) < ids.indexOf(second.id));
  const { body } = await app.call("GET", "/v1/messages/inbounds?likely=true&limit=1");
  const next = `/v1/messages/inbounds?likely=true&limit=1&cursor=${body.nextCursor}`;
  assert.ok(Number((await app.call("GET", next)).body.items[0].id) > Number(body.items[0].id));
});

test("ordinary messages and clear opt-outs do not wait", async () => {
  for (const body of ["See you at 5", "Please stop texting me"]) {
    const { id, review } = await receive(person(), body);
    assert.deepEqual([review, await waits(id)], [null, false], body);
  }
});

test("Opt out opts the sender out, with the message as the evidence, and once", async () => {
  const from = person();
  await receive(from, "START");
  const { id, profileId } = await receive(from, "leave me alone");
  const { status, body } = await answer(id, "optOut");
  assert.equal(status, 200);
  assert.equal(body.answer, "optOut");
  assert.equal((await flagOf(profileId)).optedIn, false);
  const [event] = await eventsOf(profileId);
  assert.equal(event.id, body.event);
  assert.equal(event.actor.inbound, id);
  assert.deepEqual(event.evidence, { text: "leave me alone" });
  assert.equal(event.reason, 'A person read the message as an opt-out. It says "leave me alone".');
  assert.equal(await waits(id), false);
  const before = (await eventsOf(profileId)).length;
  assert.equal((await answer(id, "optOut")).status, 200);
  assert.equal((await eventsOf(profileId)).length, before);
  assert.equal((await answer(id, "no")).body.code, "wrong_status");
});

test("No changes nothing and can be taken back", async () => {
  const { id, profileId } = await receive(person(), "not interested");
  const before = await eventsOf(profileId);
  assert.equal((await answer(id, "no")).body.answer, "no");
  assert.equal(await waits(id), false);
  const again = await app.call("DELETE", `/v1/messages/inbounds/${id}/answer`);
  assert.deepEqual([again.body.answer, again.body.answeredAt], [null, null]);
  assert.equal(await waits(id), true);
  assert.deepEqual(await eventsOf(profileId), before);
});

test("whoever opts out after all waits no longer", async () => {
  const from = person();
  const { id } = await receive(from, "Stpo");
  assert.equal(await waits(id), true);
  await receive(from, "STOP");
  assert.equal(await waits(id), false);
  const [kept] = await app.database.sql`select answer from inbounds where id = ${id}`;
  assert.equal(kept?.answer, "optedOut");
});

test("32 presses at once make one event, also while messages of the same person come in", async () => {
  const from = person();
  await receive(from, "START");
  const { id, profileId } = await receive(from, "go away");
  await Promise.all([
    ...Array.from({ length: 32 }, () => answer(id, "optOut")),
    ...Array.from({ length: 8 }, (_, at) => receive(from, `STOP ${"!".repeat(at)}`)),
  ]);
  const events = (await eventsOf(profileId)).filter(
    ({ actor }: { actor: { inbound?: string } }) => actor.inbound === id,
  );
  assert.equal(events.length, 1);
  assert.equal((await flagOf(profileId)).optedIn, false);
});

test("a message that says no and whose sender nobody can be is listed, and nobody is opted out", async () => {
  const { inbound } = await receiveMessage(app.database.sql, {
    provider: "twilio",
    channel: "sms",
    from: "12345",
    to: "54321",
    body: "Leave me alone",
    messageId: "short-code",
  });
  assert.deepEqual([inbound.profileId, inbound.review], [null, "unmatched"]);
  assert.ok((await list("matched=false")).some(({ id }: { id: string }) => id === inbound.id));
  assert.equal((await answer(inbound.id, "optOut")).body.code, "wrong_status");
  assert.equal((await answer(inbound.id, "no")).status, 200);
  assert.ok(!(await list("matched=false")).some(({ id }: { id: string }) => id === inbound.id));
});

test("the count says how many wait and since when", async () => {
  const before = (await app.call("GET", "/v1/messages/inbounds/waiting")).body;
  const { id } = await receive(person(), "no longer interested");
  const { body } = await app.call("GET", "/v1/messages/inbounds/waiting");
  assert.equal(body.likely, before.likely + 1);
  const [oldest] = await list("likely=true");
  assert.equal(body.oldest, oldest.receivedAt);
  await answer(id, "no");
});

test("what does not wait cannot be decided about", async () => {
  const { id } = await receive(person(), "See you at 5");
  for (const unknown of [id, "999999999", "x"])
    assert.equal((await answer(unknown, "no")).status, 404, unknown);
});

test("forgetting a person takes the reason away, which quotes the message", async () => {
  const { id, profileId } = await receive(person(), "lose my number");
  await app.call("DELETE", `/v1/profiles/${profileId}?forget=true`);
  const [kept] = await app.database.sql`
    select review, review_reason as reason from inbounds where id = ${id}`;
  assert.deepEqual([kept?.review, kept?.reason], [null, null]);
});
