// What an admin simulates in the portal: it acts, says that it was simulated, and sends nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pino } from "pino";
import { startDispatcher } from "../../../server/dispatch/dispatcher.ts";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";
import { scripted } from "../../support/scripted-transport.ts";
import { adminPassword, portalOf } from "../../support/session.ts";
import { until } from "../../support/until.ts";

let app: TestApp;
let portal: Awaited<ReturnType<typeof portalOf>>;
before(async () => {
  app = await testApp({ adminPassword });
  portal = await portalOf(app);
  for (const [preset, reply] of [
    ["stop", "You are out, {{profile.name}}."],
    ["start", "You are in. {{unsubscribeUrl}}"],
    ["help", "Call 123."],
  ]) {
    await app.call("POST", "/v1/rules/presets", { channel: "sms", preset, reply });
  }
});
after(() => app.end());

let people = 0;
const person = () => `+4477008${String(10_000 + people++)}`;
const path = "/v1/messages/inbounds";
const written = (from: string, body: string, more = {}) => ({
  ...{ channel: "sms", to: "12345", from, body },
  ...more,
});
const simulate = (from: string, body: string, more = {}) =>
  portal("POST", path, written(from, body, more));
const receive = (from: string, body: string, more = {}): Promise<Answer> =>
  app.call("POST", path, written(from, body, more));
const lastEvent = async (profileId: string) =>
  (await app.call("GET", `/v1/profiles/${profileId}/events?limit=1`)).body.items[0];
const flagOf = async (profileId: string) =>
  (await app.call("GET", `/v1/profiles/${profileId}/optin`)).body.items[0];

test("message, event and evidence name the session, and it counts as the portal's", async () => {
  const sources = async () => (await app.call("GET", "/v1/statistics?days=1")).body.sources;
  const before = await sources();
  const { status, body } = await simulate(person(), "START");
  assert.deepEqual(
    [status, body.action, (await flagOf(body.profileId)).optedIn],
    [201, "optIn", true],
  );
  const event = await lastEvent(body.profileId);
  const { session } = body;
  assert.match(session, /^\w+/);
  assert.deepEqual(
    [event.id, event.source, event.actor, event.evidence],
    [
      body.event,
      "portal",
      { session, rule: body.rule, inbound: body.id },
      { text: "START", session },
    ],
  );
  const [listed] = (await app.call("GET", `${path}?limit=1`)).body.items;
  assert.deepEqual([listed.id, listed.session], [body.id, session]);
  const now = await sources();
  assert.deepEqual([now.portal.optIns[0] - before.portal.optIns[0], now.rule], [1, before.rule]);
});

test("what does nothing but reply, or nothing at all, is marked too", async () => {
  for (const [words, action] of [
    ["HELP", "reply"],
    ["hello there", "none"],
  ] as const) {
    const { body } = await simulate(person(), words);
    assert.deepEqual([body.action, typeof body.session], [action, "string"]);
  }
});

test("a message that a key hands in is a person's own", async () => {
  const { body } = await receive(person(), "START");
  const event = await lastEvent(body.profileId);
  assert.deepEqual([body.session, event.source, event.evidence], [null, "rule", { text: "START" }]);
});

test("the reply is in the outbox, filled in, and goes to no transport", async () => {
  const from = person();
  const { body: known } = await app.call("POST", "/v1/profiles", {
    phoneNumber: from,
    properties: { name: "Ann" },
  });
  const replies = [
    (await simulate(from, "STOP")).body.reply,
    (await simulate(from, "START")).body.reply,
  ];
  const transport = scripted();
  const dispatcher = startDispatcher({
    sql: app.database.sql,
    log: pino({ level: "silent" }),
    transport,
    channels: ["sms"],
    unsubscribeUrl: () => null,
    interval: 20,
  });
  try {
    const { body: real } = await receive(person(), "HELP");
    const message = async (id: string) => (await app.call("GET", `/v1/messages/${id}`)).body;
    await until(
      "the real reply to go out",
      async () => (await message(real.reply)).status === "sent",
    );
    const kept = await Promise.all(replies.map(message));
    assert.deepEqual(
      kept.map(({ status, body, attempts, profileId }) => [status, body, attempts, profileId]),
      [
        ["sent", "You are out, Ann.", 1, known.id],
        ["sent", "You are in. ", 1, known.id],
      ],
    );
    assert.deepEqual(
      transport.calls.filter(({ id }) => replies.includes(id)),
      [],
    );
  } finally {
    await dispatcher.stop();
  }
});

test("it lifts nothing that the carrier or the person's erasure stopped, and has no reply then", async () => {
  const forgotten = person();
  const { body: gone } = await app.call("POST", "/v1/profiles", { phoneNumber: forgotten });
  await app.call("DELETE", `/v1/profiles/${gone.id}?forget=true`);
  const stopped = person();
  const { body: profile } = await app.call("POST", "/v1/profiles", { phoneNumber: stopped });
  await app.database.sql`select set_flag(
    p_profile_id => ${profile.id}, p_channel => 'sms', p_opted_in => false, p_source => 'carrier',
    p_actor => '{}')`;
  for (const [from, source, reason] of [
    [forgotten, "forgotten", "forgotten"],
    [stopped, "carrier", "carrier_opted_out"],
  ] as const) {
    for (const words of ["START", "STOP"]) {
      const { body } = await simulate(from, words);
      assert.equal(body.event, null, `${source} ${words}`);
      const flag = await flagOf(body.profileId);
      assert.deepEqual([flag.optedIn, flag.source], [false, source], words);
      // Nothing was opted out, so that there is nothing to confirm.
      if (words === "STOP") {
        assert.equal(body.reply, null);
        continue;
      }
      const { body: reply } = await app.call("GET", `/v1/messages/${body.reply}`);
      assert.deepEqual([reply.status, reply.reason], ["filtered", reason], words);
    }
    const { body: own } = await receive(from, "START");
    assert.equal((await flagOf(own.profileId)).optedIn, true, `${source}: their own message`);
  }
});

test("it lifts nothing that the person's own message stopped", async () => {
  const from = person();
  const { body: own } = await receive(from, "STOP");
  for (const words of ["START", "STOP"]) {
    const { body } = await simulate(from, words);
    assert.equal(body.event, null, words);
    const flag = await flagOf(own.profileId);
    assert.deepEqual([flag.optedIn, flag.source, flag.event], [false, "rule", own.event], words);
  }
});

test("a simulated id does not swallow the person's own message with that id", async () => {
  const from = person();
  await simulate(from, "START", { messageId: "m-1" });
  const { status, body } = await receive(from, "STOP", { messageId: "m-1" });
  assert.deepEqual(
    [status, body.action, (await flagOf(body.profileId)).optedIn],
    [201, "optOut", false],
  );
});

test("it says what is wrong with a sender, as the API does", async () => {
  const { status, body } = await simulate("not a number", "STOP");
  assert.deepEqual([status, body.issues[0].path], [422, "from"]);
});
