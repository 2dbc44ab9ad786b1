// The ways out that Meta has beside a text: settings, statuses, buttons, subscriptions.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it, test } from "node:test";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";

const appSecret = "meta-app-secret-of-the-tests";

let app: TestApp;
before(async () => {
  app = await testApp({
    providers: { twilioAuthToken: undefined, metaAppSecret: appSecret, metaVerifyToken: "token" },
  });
  for (const channel of ["whatsApp", "fbMessenger"])
    await app.call("POST", "/v1/rules/presets", { channel, preset: "stop", reply: null });
});
after(() => app.end());

async function deliver(body: object): Promise<Answer> {
  const text = JSON.stringify(body);
  const signature = createHmac("sha256", appSecret).update(text).digest("hex");
  const answer = await app.call("POST", "/inbound/meta", text, {
    Authorization: "",
    "Content-Type": "application/json",
    "X-Hub-Signature-256": `sha256=${signature}`,
  });
  assert.equal(answer.status, 200);
  return answer;
}

let count = 0;
const number = () => `4477009${String(10_000 + count++)}`;

const whatsApp = (...values: object[]) => ({
  object: "whatsapp_business_account",
  entry: [
    {
      id: "1",
      changes: values.map((value) => ({
        field: "messages",
        value: {
          messaging_product: "whatsapp",
          metadata: { display_phone_number: "447700900001", phone_number_id: "10" },
          ...value,
        },
      })),
    },
  ],
});
const said = (from: string, message: object) =>
  whatsApp({ messages: [{ from, id: `wamid.${count++}`, timestamp: "1", ...message }] });
const preference = (wa_id: string, value: string, timestamp: number) =>
  whatsApp({
    user_preferences: [{ wa_id, category: "marketing_messages", value, detail: "", timestamp }],
  });
const messenger = (id: string, event: object) => ({
  object: "page",
  entry: [
    {
      id: "page-1",
      time: 1,
      messaging: [{ sender: { id }, recipient: { id: "page-1" }, timestamp: count++, ...event }],
    },
  ],
});
const failed = (recipient_id: string, code: number, more: object = {}) => ({
  id: `wamid.${count++}`,
  status: "failed",
  timestamp: "1",
  recipient_id,
  errors: [{ code, title: "" }],
  ...more,
});

const flagOf = async (query: string, channel: string) => {
  const profile = (await app.call("GET", `/v1/profiles?search=${encodeURIComponent(query)}`)).body
    .items[0];
  if (!profile) return undefined;
  const { items } = (await app.call("GET", `/v1/profiles/${profile.id}/optin`)).body;
  const flag = items.find((one: { channel: string }) => one.channel === channel);
  return [flag.optedIn, flag.source];
};
const personWith = (phoneNumber: string) =>
  app.call("POST", "/v1/profiles", { phoneNumber: `+${phoneNumber}`, optIn: { whatsApp: true } });

type Case = {
  name: string;
  body?: object;
  message?: object;
  messenger?: object;
  expect: unknown;
};

for (const { name, body, message, messenger: event, expect } of readCases<{ cases: Case[] }>(
  "meta-other-ways-out",
).cases) {
  test(`${name}: ${JSON.stringify(expect)}`, async () => {
    const wa = /"(?:wa_id|recipient_id)":"(\d+)"/.exec(JSON.stringify(body ?? {}))?.[1];
    if (wa && body) {
      await personWith(wa);
      await deliver(body);
      assert.deepEqual(await flagOf(`+${wa}`, "whatsApp"), [false, "carrier"]);
    } else if (message) {
      const from = number();
      await personWith(from);
      await deliver(said(from, message));
      assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "rule"]);
    } else {
      const id = `psid-${count++}`;
      await app.call("POST", "/v1/profiles", {
        id,
        fbMessengerId: id,
        optIn: { fbMessenger: true },
      });
      await deliver(messenger(id, event as object));
      assert.equal((await flagOf(id, "fbMessenger"))?.[0], false);
    }
  });
}

describe("resuming marketing messages in WhatsApp", () => {
  it("takes back what stopping did, however often both are delivered", async () => {
    const from = number();
    await personWith(from);
    for (const value of ["stop", "stop"]) await deliver(preference(from, value, 100));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "carrier"]);
    await deliver(preference(from, "resume", 200));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [true, "rule"]);
    await deliver(preference(from, "stop", 100));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [true, "rule"]);
    await deliver(preference(from, "stop", 300));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "carrier"]);
  });

  it("opts nobody in who had not been", async () => {
    const from = number();
    await deliver(preference(from, "stop", 100));
    await deliver(preference(from, "resume", 200));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "rule"]);
    const other = number();
    await deliver(preference(other, "resume", 200));
    assert.equal((await flagOf(`+${other}`, "whatsApp"))?.[0], false);
  });
});

test("resuming notifications in Messenger takes back what stopping them did", async () => {
  const id = `psid-${count++}`;
  await app.call("POST", "/v1/profiles", { id, fbMessengerId: id, optIn: { fbMessenger: true } });
  const word = (status: string) =>
    messenger(id, {
      optin: { type: "notification_messages", notification_messages_status: status },
    });
  await deliver(word("STOP_NOTIFICATIONS"));
  assert.deepEqual(await flagOf(id, "fbMessenger"), [false, "carrier"]);
  await deliver(word("RESUME_NOTIFICATIONS"));
  assert.equal((await flagOf(id, "fbMessenger"))?.[0], true);
});

test("a caption is a picture's text, and a title counts where the payload means nothing", async () => {
  for (const message of [
    { type: "image", image: { id: "1", caption: "STOP" } },
    { type: "video", video: { caption: "Stop" } },
    { type: "document", document: { caption: "stop", filename: "a.pdf" } },
    { type: "button", button: { text: "STOP", payload: "btn_42" } },
    {
      type: "interactive",
      interactive: { type: "list_reply", list_reply: { id: "STOP", title: "Nee" } },
    },
  ]) {
    const from = number();
    await personWith(from);
    await deliver(said(from, message));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "rule"], message.type);
  }
});

test("what nobody understands takes nothing else of its call along", async () => {
  const from = number();
  await personWith(from);
  const good = said(from, { type: "text", text: { body: "stop" } });
  const change = good.entry[0]?.changes[0];
  await deliver({
    ...good,
    entry: [null, 7, { changes: "x" }, { changes: [null, { value: null }, change] }],
  });
  assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "rule"]);
});

test("a message without a phone number is kept, and found among those without a person", async () => {
  const message = { from_user_id: "GB.13491208655302741918", text: { body: "STOP" } };
  await deliver(said("", message));
  const { items } = (await app.call("GET", "/v1/messages/inbounds?matched=false")).body;
  assert.deepEqual(
    [items[0].from, items[0].body, items[0].action],
    ["GB.13491208655302741918", "STOP", "optOut"],
  );
});

describe("a person who shows no phone number", () => {
  const id = () => `GB.1349120865530${1000 + count++}`;
  const text = (from: string, from_user_id: string, body: string) =>
    said(from, { from_user_id, type: "text", text: { body } });

  it("is whoever was known by the id, learned from a message that had both", async () => {
    const [from, user] = [number(), id()];
    await personWith(from);
    await deliver(text(from, user, "Hello"));
    await deliver(text("", user, "STOP"));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "rule"]);
  });

  it("is opted out once it is known who said no", async () => {
    const [from, user] = [number(), id()];
    await personWith(from);
    await deliver(text("", user, "STOP"));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [true, "api"]);
    await deliver(text(from, user, "Hello"));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "rule"]);
    const { items } = (await app.call("GET", "/v1/messages/inbounds?matched=false")).body;
    assert.ok(items.every((one: { from: string }) => one.from !== user));
  });

  it("takes the id along to another number", async () => {
    const [from, user, next] = [number(), id(), number()];
    await personWith(from);
    await personWith(next);
    await deliver(text(from, user, "Hello"));
    const system = { type: "user_changed_number", body: "", wa_id: next };
    await deliver(said(from, { type: "system", system }));
    await deliver(text("", user, "STOP"));
    assert.equal((await flagOf(`+${from}`, "whatsApp"))?.[0], true);
    assert.deepEqual(await flagOf(`+${next}`, "whatsApp"), [false, "rule"]);
  });

  it("stops marketing messages in WhatsApp's settings", async () => {
    const [from, user] = [number(), id()];
    await personWith(from);
    await deliver(text(from, user, "Hello"));
    const word = { user_id: user, category: "marketing_messages", value: "stop", timestamp: 1 };
    await deliver(whatsApp({ user_preferences: [word] }));
    assert.deepEqual(await flagOf(`+${from}`, "whatsApp"), [false, "carrier"]);
  });
});

describe("a status", () => {
  /** A message as a gateway took it, with the id that Meta gave it, if it said so. */
  async function sent(providerId: string | null) {
    const [row] = await app.database.sql<[{ id: string }]>`
      insert into messages (channel, require_opt_in, body, status, provider_id)
      values ('whatsApp', true, 'Hello', 'sent', ${providerId}) returning id`;
    return row.id;
  }
  const stateOf = async (id: string) => (await app.call("GET", `/v1/messages/${id}`)).body;

  it("moves messages on by Meta's id and by ours, to the furthest of one call", async () => {
    const known = `wamid.known.${count++}`;
    const [one, other] = [await sent(known), await sent(null)];
    const status = (more: object) => ({ timestamp: "1", recipient_id: "447700900677", ...more });
    await deliver(
      whatsApp({
        statuses: [
          null,
          status({ id: known, status: "read" }),
          status({ id: known, status: "delivered" }),
          status({ id: "wamid.x", status: "delivered", biz_opaque_callback_data: other }),
          status({ id: "wamid.of.another.system", status: "sent" }),
        ],
      }),
    );
    assert.equal((await stateOf(one)).status, "read");
    assert.equal((await stateOf(other)).status, "delivered");
  });

  it("of a failure has Meta's code as its reason, and opts out by 131050 alone", async () => {
    const [kept, stopped] = [number(), number()];
    await personWith(kept);
    await personWith(stopped);
    const id = await sent(null);
    await deliver(
      whatsApp({
        statuses: [failed(kept, 131026, { biz_opaque_callback_data: id }), failed(stopped, 131050)],
      }),
    );
    const { status, reason } = await stateOf(id);
    assert.deepEqual([status, reason], ["failed", "Meta 131026"]);
    assert.equal((await flagOf(`+${kept}`, "whatsApp"))?.[0], true);
    assert.deepEqual(await flagOf(`+${stopped}`, "whatsApp"), [false, "carrier"]);
  });
});

test("a thousand messages and a thousand statuses in one call are all done", async () => {
  const people = Array.from({ length: 1000 }, number);
  const messages = people.map((from, index) => ({
    from,
    id: `wamid.many.${index}`,
    text: { body: "STOP" },
  }));
  const statuses = people.map((from, index) => ({
    id: `wamid.of.another.${index}`,
    status: "delivered",
    recipient_id: from,
  }));
  await deliver(whatsApp({ messages, statuses }));
  const [{ out }] = await app.database.sql<[{ out: number }]>`
    select count(*)::int as out
    from inbounds i join flags f on f.profile_id = i.profile_id and f.channel = i.channel
    where i.message_id like 'wamid.many.%' and not f.opted_in and f.source = 'rule'`;
  assert.equal(out, 1000);
});
