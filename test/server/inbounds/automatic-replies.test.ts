// Automatic replies: one confirmation for each opt-out, three a day, none to who repeats itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { receiveMessage } from "../../../server/inbounds/receive.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  for (const preset of ["stop", "start", "help"])
    await app.call("POST", "/v1/rules/presets", { channel: "sms", preset, reply: preset });
  const help = { channel: "sms", keyword: "help is", action: "reply", reply: "Which help?" };
  await app.call("POST", "/v1/rules", help);
});
after(() => app.end());

let people = 0;
const person = () => `+4477009${String(10_000 + people++)}`;
/** How many of these messages of one sender got a reply. */
const repliesTo = async (from: string, bodies: string[]) => {
  let replies = 0;
  for (const body of bodies) {
    const answer = await app.call("POST", "/v1/messages/inbounds", {
      channel: "sms",
      to: "12345",
      from,
      body,
    });
    assert.equal(answer.status, 201);
    if (answer.body.reply !== null) replies++;
  }
  return replies;
};

const [stop, outOfOffice] = readCases<{ cases: { body: string; times: number }[] }>(
  "replies",
).cases;

test("an opt-out is confirmed once, however often it comes", async () => {
  assert.equal(await repliesTo(person(), Array(stop?.times).fill(stop?.body)), 1);
  assert.equal(await repliesTo(person(), ["STOP", "stop!", "Please stop", "UNSUBSCRIBE"]), 1);
});

test("the opt-out after an opt-in is another one", async () => {
  assert.equal(await repliesTo(person(), ["STOP", "START", "STOP"]), 3);
});

test("at once, too, an opt-out is confirmed once", async () => {
  const from = person();
  const counts = await Promise.all(
    Array.from({ length: 16 }, (_, at) => repliesTo(from, [`STOP${"!".repeat(at)}`])),
  );
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    1,
  );
});

test("a program that answers by itself gets a few replies, then silence", async () => {
  const times = outOfOffice?.times ?? 0;
  const replies = await repliesTo(person(), Array(times).fill(outOfOffice?.body));
  assert.ok(replies >= 1 && replies <= 3, String(replies));
});

test("an address gets three automatic replies a day, on all channels, and others theirs", async () => {
  const from = person();
  const all = Array.from({ length: 10 }, (_, at) => (at % 2 ? "STOP" : "START"));
  assert.equal(await repliesTo(from, [...all, "HELP"]), 3);
  assert.equal(await repliesTo(person(), ["HELP"]), 1);
  const [flag] = await app.database.sql`
    select opted_in from flags f join profiles p on p.id = f.profile_id
    where p.phone_number = ${from} and f.channel = 'sms'`;
  assert.equal(flag?.opted_in, false);
});

test("a short code gets none", async () => {
  const { inbound } = await receiveMessage(app.database.sql, {
    provider: "twilio",
    channel: "sms",
    from: "12345",
    to: "54321",
    body: "HELP",
    messageId: "of-a-short-code",
  });
  assert.equal(inbound.reply, null);
});
