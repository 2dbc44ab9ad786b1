// Messages from people: kept, and what they do.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type postgres from "postgres";
import { createKey } from "../../../server/access/keys.ts";
import { deleteProfile } from "../../../server/profiles/delete.ts";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  await app.call("POST", "/v1/rules/presets", {
    channel: "sms",
    preset: "stop",
    reply: "You are out.",
  });
  await app.call("POST", "/v1/rules/presets", {
    channel: "sms",
    preset: "start",
    reply: "You are in.",
  });
  await app.call("POST", "/v1/rules/presets", {
    channel: "sms",
    preset: "help",
    reply: "Call 123.",
  });
});
after(() => app.end());

let people = 0;
const person = () => `+4477009${String(10_000 + people++)}`;

const receive = (body: Record<string, unknown>, headers = {}): Promise<Answer> =>
  app.call("POST", "/v1/messages/inbounds", { channel: "sms", to: "12345", ...body }, headers);
const profileOf = async (from: string) =>
  (await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(from)}`)).body.items[0];
const eventsOf = async (profileId: string, channel = "sms") =>
  (await app.call("GET", `/v1/profiles/${profileId}/events?limit=200`)).body.items.filter(
    (event: { channel: string }) => event.channel === channel,
  );
const repliesTo = (id: string) => app.database.sql`
  select id, profile_id as "profileId", channel, require_opt_in as "requireOptIn", sender, body,
    status
  from messages where reply_to = ${id}`;

test("START opts an unknown sender in, who starts with the defaults", async () => {
  const from = person();
  const { status, body } = await receive({ from, body: "Start!" });
  assert.equal(status, 201);
  assert.equal(body.action, "optIn");
  assert.equal((await profileOf(from)).optIn.sms, true);
  const events = await eventsOf(body.profileId);
  assert.deepEqual(
    events.map((event: Record<string, unknown>) => [event.source, event.from, event.to]),
    [["rule", false, true]],
  );
});

test("STOP opts out; the event names the key, the rule, the message and why that rule won, and keeps the words apart", async () => {
  const from = person();
  await receive({ from, body: "start" });
  const { id: key, key: text } = await createKey(app.database.sql, {
    name: "SMS gateway",
    scopes: ["messages:receive", "messages:read"],
  });
  const { body } = await receive(
    { from, body: "Stop, please", messageId: `m-${from}` },
    { Authorization: `Bearer ${text}` },
  );
  assert.equal((await profileOf(from)).optIn.sms, false);
  const [event] = await eventsOf(body.profileId);
  assert.equal(event.id, body.event);
  assert.deepEqual(event.actor, { key, rule: body.rule, inbound: body.id });
  assert.equal(event.reason, 'All that the message says is "stop".');
  assert.deepEqual(event.evidence, { text: "Stop, please" });
});

test("the reply is queued once, from the address that received the message, whatever the flag", async () => {
  const { body } = await receive({ from: person(), body: "STOP" });
  assert.deepEqual(
    [...(await repliesTo(body.id))],
    [
      {
        id: body.reply,
        profileId: body.profileId,
        channel: "sms",
        requireOptIn: false,
        sender: "12345",
        body: "You are out.",
        status: "processing",
      },
    ],
  );
});

test("a rule that only replies changes no flag", async () => {
  const { body } = await receive({ from: person(), body: "HELP" });
  assert.equal(body.action, "reply");
  assert.equal(body.event, null);
  assert.equal((await eventsOf(body.profileId)).length, 0);
  assert.equal((await repliesTo(body.id)).length, 1);
});

test("a message that begins with no keyword is kept, makes a profile, and changes no flag", async () => {
  const from = person();
  const { status, body } = await receive({ from, body: "please don't stop" });
  assert.equal(status, 201);
  assert.deepEqual([body.action, body.rule, body.event, body.reply], ["none", null, null, null]);
  assert.equal((await eventsOf(body.profileId)).length, 0);
  assert.equal((await profileOf(from)).id, body.profileId);
});

test("the same message again answers what the first did, and does nothing", async () => {
  const from = person();
  const message = { from, body: "stop", messageId: `twice-${from}` };
  const first = await receive(message);
  await receive({ from, body: "start" });
  const second = await receive(message);
  assert.equal(first.status, 201);
  assert.equal(second.status, 200);
  assert.deepEqual(second.body, first.body);
  assert.equal((await profileOf(from)).optIn.sms, true);
  assert.equal((await repliesTo(first.body.id)).length, 1);
});

test("the same message 32 times at the same instant acts once", async () => {
  const from = person();
  const message = { from, body: "stop", messageId: `instant-${from}` };
  const answers = await Promise.all(Array.from({ length: 32 }, () => receive(message)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  const ids = new Set(answers.map(({ body }) => JSON.stringify(body)));
  assert.equal(ids.size, 1);
  assert.equal((await eventsOf(answers[0]?.body.profileId)).length, 1);
});

test("the same message after its sender was deleted makes no profile", async () => {
  const from = person();
  const message = { from, body: "stop", messageId: `deleted-${from}` };
  const { body } = await receive(message);
  await app.call("DELETE", `/v1/profiles/${body.profileId}`);
  assert.equal((await receive(message)).status, 200);
  assert.equal(await profileOf(from), undefined);
});

test("the same id on another channel is another message", async () => {
  const from = person();
  await receive({ from, body: "x", messageId: `same-${from}` });
  const other = await receive({ from, body: "x", messageId: `same-${from}`, channel: "whatsApp" });
  assert.equal(other.status, 201);
});

test("another sender's message with the same id is another message, and its STOP counts", async () => {
  const [one, other] = [person(), person()];
  await receive({ from: other, body: "start" });
  const first = await receive({ from: one, body: "hello", messageId: "shared" });
  const second = await receive({ from: other, body: "stop", messageId: "shared" });
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.equal(second.body.from, other);
  assert.equal(second.body.action, "optOut");
  assert.equal((await profileOf(other)).optIn.sms, false);
  const again = await receive({ from: other, body: "stop", messageId: "shared" });
  assert.equal(again.body.id, second.body.id);
});

test("two who used the same id can both be forgotten, and neither's message acts again", async () => {
  const [one, other] = [person(), person()];
  for (const from of [one, other]) {
    const { body } = await receive({ from, body: "start", messageId: "forgotten-both" });
    const { status } = await app.call("DELETE", `/v1/profiles/${body.profileId}?forget=true`);
    assert.equal(status, 204);
  }
  for (const from of [one, other]) {
    await receive({ from, body: "start", messageId: "forgotten-both" });
    assert.equal(await profileOf(from), undefined);
  }
});

test("64 clients say STOP and START for one person at once: no event is lost, and the flag is the last one", async () => {
  const from = person();
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, turn) => receive({ from, body: turn % 2 ? "STOP" : "START" })),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
  const { id, optIn } = await profileOf(from);
  const events = await eventsOf(id);
  assert.equal(events.length, 64);
  assert.deepEqual(
    new Set(events.map((event: { id: string }) => event.id)),
    new Set(answers.map(({ body }) => body.event)),
  );
  assert.equal(optIn.sms, events[0].to);
  for (const [turn, event] of events.entries())
    assert.equal(event.from, events[turn + 1]?.to ?? false);
  const [flag] = (await app.call("GET", `/v1/profiles/${id}/optin`)).body.items;
  assert.equal(flag.event, events[0].id);
});

test("a message that comes while its sender is being deleted acts on a new profile", async () => {
  const from = person();
  const { profileId } = (await receive({ from, body: "start" })).body;
  const waits = async () =>
    (
      await app.database.sql`
          select from pg_stat_activity where datname = current_database()
            and wait_event_type = 'Lock'`
    ).length > 0;
  const { pending } = await app.database.sql.begin(async (tx) => {
    await deleteProfile(tx, profileId);
    const pending = receive({ from, body: "stop" });
    while (!(await waits()));
    return { pending };
  });
  const { status, body } = await pending;
  assert.equal(status, 201);
  assert.notEqual(body.profileId, profileId);
  assert.equal((await eventsOf(body.profileId))[0].id, body.event);
});

test("messages while their sender is deleted again and again all act", async () => {
  const from = person();
  await receive({ from, body: "start" });
  const deletes = async () => {
    for (let turn = 0; turn < 20; turn++) {
      const profile = await profileOf(from);
      if (profile) await app.call("DELETE", `/v1/profiles/${profile.id}`);
    }
  };
  const [answers] = await Promise.all([
    Promise.all(Array.from({ length: 64 }, () => receive({ from, body: "stop" }))),
    deletes(),
  ]);
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
  assert.ok(answers.every(({ body }) => body.event !== null));
});

test("a rule for another inbound address does not act", async () => {
  await app.call("POST", "/v1/rules", {
    channel: "sms",
    keyword: "here",
    inbound: "+447700900999",
    action: "optIn",
  });
  assert.equal((await receive({ from: person(), body: "here" })).body.action, "none");
  assert.equal(
    (await receive({ from: person(), body: "here", to: "+44 7700 900999" })).body.action,
    "optIn",
  );
});

test("a rule of another channel does not act", async () => {
  assert.equal(
    (await receive({ from: person(), body: "stop", channel: "whatsApp" })).body.action,
    "none",
  );
});

test("every channel receives, from the address that it has", async () => {
  const from = {
    email: "Jo@Shop.Example",
    fbMessenger: "9876543210",
    appMessaging: "app-user-1",
    rcs: person(),
  };
  for (const [channel, address] of Object.entries(from)) {
    await app.call("POST", "/v1/rules", { channel, keyword: "stop", action: "optOut" });
    const to = channel === "email" ? "in@shop.example" : "shop";
    const { body } = await receive({ channel, from: address, to, body: "stop" });
    assert.equal(body.action, "optOut", JSON.stringify(body));
    const [event] = await eventsOf(body.profileId, channel);
    assert.equal(event.source, "rule");
  }
  assert.equal((await app.call("GET", "/v1/profiles/app-user-1")).status, 200);
  assert.equal(
    (await app.call("GET", "/v1/profiles?email=jo%40shop.example")).body.items.length,
    1,
  );
});

test("an Idempotency-Key works here as well", async () => {
  const message = { from: person(), body: "stop" };
  const headers = { "Idempotency-Key": `key-${message.from}` };
  const first = await receive(message, headers);
  const second = await receive(message, headers);
  assert.deepEqual(second.body, first.body);
  assert.equal((await eventsOf(first.body.profileId)).length, 1);
});

test("the list is newest first, paged, and can be of one profile", async () => {
  const from = person();
  const first = (await receive({ from, body: "start" })).body;
  const second = (await receive({ from, body: "hello" })).body;
  const list = `/v1/messages/inbounds?profileId=${first.profileId}`;
  assert.deepEqual((await app.call("GET", list)).body, {
    items: [second, first],
    nextCursor: null,
  });
  const page = (await app.call("GET", `${list}&limit=1`)).body;
  assert.deepEqual(page.items, [second]);
  assert.deepEqual((await app.call("GET", `${list}&cursor=${page.nextCursor}`)).body.items, [
    first,
  ]);
  assert.equal((await app.call("GET", `${list}&channel=email`)).body.items.length, 0);
});

test("receiving needs its own scope", async () => {
  const message = { from: person(), body: "stop" };
  assert.equal((await receive(message, await app.keyWith("messages:send"))).status, 403);
  assert.equal((await receive(message, await app.keyWith("messages:receive"))).status, 201);
});

for (const { body } of readCases<{ cases: { body: string }[] }>("inbound-body-nul").cases) {
  test(`${JSON.stringify(body)} says STOP, as gateways hand UCS-2 on`, async () => {
    const from = person();
    assert.equal((await receive({ from, body })).body.action, "optOut");
  });
}

for (const [what, over, path] of [
  ["no number", { from: "nobody" }, "from"],
  ["an empty sender", { from: "" }, "from"],
  ["a profile id with spaces", { channel: "appMessaging", from: "a b" }, "from"],
  ["a profile id that is reserved", { channel: "appMessaging", from: "optin" }, "from"],
  ["a profile id that is too long", { channel: "appMessaging", from: "a".repeat(65) }, "from"],
  ["an address of ours that is no number", { to: "+1" }, "to"],
  ["an address of ours in two lines", { to: "a\nb" }, "to"],
  ["an unknown channel", { channel: "fax" }, "channel"],
  ["a body that is no text", { body: { text: "stop" } }, "body"],
  ["half a surrogate pair", { body: "stop \ud800" }, "body"],
  ["a body of 200,001 characters", { body: "x".repeat(200_001) }, "body"],
  ["an empty message id", { messageId: "" }, "messageId"],
  ["a message id of 501 characters", { messageId: "x".repeat(501) }, "messageId"],
  ["a field that nobody knows", { profileId: "x" }, "profileId"],
] as const) {
  test(`${what} is refused with the path`, async () => {
    const { status, body } = await receive({ from: "+447700900123", body: "stop", ...over });
    assert.equal(status, 422);
    assert.equal(body.issues[0].path, path);
  });
}

for (const [what, body] of Object.entries({
  "an empty body": "",
  "spaces alone": " \t\n ",
  "100 kB of one letter": "a".repeat(100_000),
  "100 kB of spaces before the word": `${" ".repeat(100_000)}stop`,
  "a word that is cut where nobody looks on": `${" ".repeat(496)}stopwatch`,
  "100 kB of Han": "停".repeat(66_000),
  "60,000 combining marks": `s${"\u0301".repeat(60_000)}`,
  "bidirectional marks": "\u202e\u2066\u200f".repeat(1000),
  "emoji of families": "👨‍👩‍👧‍👦".repeat(1000),
  "control characters": "\u0001\u0002\u001b[31m\u007f\u009f",
  "noncharacters and private use": "\ufffe\uffff\u{10ffff}\ue000",
  "HTML and SQL": `<script>alert(1)</script>'; drop table rules; --`,
  "a pattern that would hang": `${"a".repeat(5000)}!`,
})) {
  test(`${what}: kept as it is, without effect`, async () => {
    const { status, body: answer } = await receive({ from: "+447700900199", body });
    assert.equal(status, 201);
    assert.equal(answer.action, "none");
    assert.equal(answer.body, body);
  });
}

test("a STOP is heard as servers of versions 0.1 and 0.3 hand it to the database", async () => {
  const { sql } = app.database;
  const received = (call: postgres.PendingQuery<postgres.Row[]>) => sql`
    select (r.inbound).event_id is not null as acted, r.reply_id is not null as replied, r.repeated
    from receive_message(${call}) r`;
  const why = "The message begins with a keyword.";
  const [one, other] = [person(), person()];
  const calls = [
    sql`'twilio', 'sms', ${`old ${one}`}, 'phoneNumber', ${one}, '12345', 'STOP',
      null, 'optOut', 'rule', ${why}, 'You are out.', false`,
    sql`p_provider => 'twilio', p_channel => 'sms', p_message_id => ${`old ${other}`},
      p_kind => 'phoneNumber', p_sender => ${other}, p_recipient => '12345', p_body => 'STOP',
      p_rule_id => null, p_action => 'optOut', p_source => 'rule', p_reason => ${why},
      p_reply => 'You are out.', p_lifts => false, p_actor => '{}'`,
  ];
  for (const [index, from] of [one, other].entries()) {
    await receive({ from, body: "START" });
    const [stop] = await received(calls[index] as (typeof calls)[0]);
    assert.deepEqual(stop, { acted: true, replied: true, repeated: false });
    assert.equal((await profileOf(from)).optIn.sms, false);
  }
});

test("a body of 1 MB is refused before it is read", async () => {
  assert.equal((await receive({ from: person(), body: "x".repeat(1_000_000) })).status, 413);
});

test("no address and no words of a message are logged", async () => {
  const from = person();
  await receive({ from, body: "Stop, says Mrs Secretive" });
  assert.doesNotMatch(app.logged.join(""), new RegExp(`${from.slice(1)}|Secretive`));
});
