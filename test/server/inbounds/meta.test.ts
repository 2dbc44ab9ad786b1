// Meta's webhook: WhatsApp Cloud API and Messenger, with bodies as Meta sends and signs them.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";

const appSecret = "meta-app-secret-of-the-tests";
const verifyToken = "meta-verify-token-of-the-tests";

let app: TestApp;
before(async () => {
  app = await testApp({
    providers: {
      twilioAuthToken: undefined,
      metaAppSecret: appSecret,
      metaVerifyToken: verifyToken,
    },
  });
  for (const channel of ["whatsApp", "fbMessenger"]) {
    await app.call("POST", "/v1/rules/presets", { channel, preset: "stop", reply: "You are out." });
    await app.call("POST", "/v1/rules/presets", { channel, preset: "start", reply: "You are in." });
  }
});
after(() => app.end());

const signatureOf = (text: string, secret = appSecret) =>
  `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;

/** Posts a body as Meta does: JSON with every character beyond ASCII escaped. */
function deliver(body: unknown, signature?: string): Promise<Answer> {
  const text =
    typeof body === "string"
      ? body
      : JSON.stringify(body).replace(
          /[\u0080-\uffff]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
  return app.call("POST", "/inbound/meta", text, {
    Authorization: "",
    "Content-Type": "application/json",
    "X-Hub-Signature-256": signature ?? signatureOf(text),
  });
}

let count = 0;
const newId = () => `wamid.${count++}`;

const whatsApp = (value: object) => ({
  object: "whatsapp_business_account",
  entry: [
    {
      id: "102290129340398",
      changes: [
        {
          field: "messages",
          value: {
            messaging_product: "whatsapp",
            metadata: { display_phone_number: "447700900001", phone_number_id: "106540352242922" },
            ...value,
          },
        },
      ],
    },
  ],
});
const texts = (from: string, ...bodies: string[]) =>
  whatsApp({
    contacts: [{ profile: { name: "Jo" }, wa_id: from }],
    messages: bodies.map((body) => ({
      from,
      id: newId(),
      timestamp: "1795430000",
      type: "text",
      text: { body },
    })),
  });
const messenger = (...events: object[]) => ({
  object: "page",
  entry: [
    {
      id: "page-1",
      time: 1795430000000,
      messaging: events.map((event) => ({
        sender: { id: "psid-1" },
        recipient: { id: "page-1" },
        ...event,
      })),
    },
  ],
});

const optInOf = async (from: string) =>
  (await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(`+${from}`)}`)).body
    .items[0]?.optIn;
const received = async () => (await app.call("GET", "/v1/messages/inbounds?limit=200")).body.items;

test("a signed WhatsApp message opts in, and another opts out", async () => {
  assert.equal((await deliver(texts("447700900601", "Join!"))).status, 200);
  assert.equal((await optInOf("447700900601")).whatsApp, true);
  assert.equal((await deliver(texts("447700900601", "Arrêt"))).status, 200);
  assert.equal((await optInOf("447700900601")).whatsApp, false);
  const [inbound] = await received();
  assert.deepEqual(
    [inbound.channel, inbound.to, inbound.body],
    ["whatsApp", "+447700900001", "Arrêt"],
  );
});

test("several messages in one call act in their order", async () => {
  await deliver(texts("447700900602", "start", "stop", "start"));
  assert.equal((await optInOf("447700900602")).whatsApp, true);
  await deliver(texts("447700900602", "start", "stop"));
  assert.equal((await optInOf("447700900602")).whatsApp, false);
});

test("buttons and lists count by their words; other kinds are kept without", async () => {
  const from = "447700900603";
  const of = (message: object) =>
    whatsApp({ messages: [{ from, id: newId(), timestamp: "1", ...message }] });
  await deliver(of({ type: "button", button: { text: "Start", payload: "P" } }));
  assert.equal((await optInOf(from)).whatsApp, true);
  await deliver(
    of({
      type: "interactive",
      interactive: { type: "button_reply", button_reply: { id: "1", title: "STOP" } },
    }),
  );
  assert.equal((await optInOf(from)).whatsApp, false);
  await deliver(
    of({
      type: "interactive",
      interactive: { type: "list_reply", list_reply: { id: "1", title: "Join" } },
    }),
  );
  assert.equal((await optInOf(from)).whatsApp, true);
  await deliver(of({ type: "image", image: { id: "1", mime_type: "image/jpeg" } }));
  assert.equal((await received())[0].body, "");
});

test("Messenger's messages and postbacks count, echoes and receipts do not", async () => {
  const flag = async () => {
    const [{ profileId }] = (await received()).filter(
      ({ from }: { from: string }) => from === "psid-1",
    );
    return (await app.call("GET", `/v1/profiles/${profileId}`)).body;
  };
  await deliver(messenger({ message: { mid: newId(), text: "start" } }));
  assert.equal((await flag()).optIn.fbMessenger, true);
  assert.equal((await flag()).fbMessengerId, "psid-1");
  await deliver(messenger({ message: { mid: newId(), text: "stop", is_echo: true } }));
  assert.equal((await flag()).optIn.fbMessenger, true);
  await deliver(messenger({ postback: { mid: newId(), title: "Stop", payload: "STOP" } }));
  assert.equal((await flag()).optIn.fbMessenger, false);
  const before = (await received()).length;
  await deliver(messenger({ read: { watermark: 1 } }, { delivery: { mids: ["x"], watermark: 1 } }));
  assert.equal((await received()).length, before);
});

test("statuses are passed over", async () => {
  const before = (await received()).length;
  const status = { id: newId(), status: "delivered", timestamp: "1", recipient_id: "447700900604" };
  assert.equal((await deliver(whatsApp({ statuses: [status] }))).status, 200);
  assert.equal((await received()).length, before);
});

test("a call that comes again acts once", async () => {
  const body = texts("447700900605", "start", "stop");
  await Promise.all(Array.from({ length: 8 }, () => deliver(body)));
  await deliver(body);
  const mine = (await received()).filter(({ from }: { from: string }) => from === "+447700900605");
  assert.equal(mine.length, 2);
  const { items } = (await app.call("GET", `/v1/profiles/${mine[0].profileId}/events`)).body;
  assert.equal(items.length, 3);
});

test("one message that we cannot read keeps no other back", async () => {
  const good = {
    from: "447700900606",
    id: newId(),
    timestamp: "1",
    type: "text",
    text: { body: "start" },
  };
  const body = whatsApp({
    messages: [null, 5, { id: "x" }, { from: "1".repeat(10_000), id: "y" }, good],
  });
  const entry = [{ id: "x" }, { id: "y", changes: [{ field: "messages" }] }, ...body.entry];
  assert.equal((await deliver({ ...body, entry })).status, 200);
  assert.equal((await optInOf("447700900606")).whatsApp, true);
});

test("a sender who is no phone number is kept, without a profile", async () => {
  await deliver(texts("nobody", "stop"));
  const [inbound] = await received();
  assert.deepEqual([inbound.from, inbound.profileId, inbound.action], ["+nobody", null, "optOut"]);
});

test("NUL and half surrogate pairs do no harm", async () => {
  await deliver(texts("447700900607", "start\0\ud800"));
  assert.equal((await optInOf("447700900607")).whatsApp, true);
});

test("a body changed on the way, another secret and no signature are refused, and nothing is kept", async () => {
  const text = JSON.stringify(texts("447700900608", "start"));
  for (const [body, signature] of [
    [text.replace("start", "Start"), signatureOf(text)],
    [`${text} `, signatureOf(text)],
    [text, signatureOf(text, "another secret of the tests")],
    [text, signatureOf(text).replace("sha256=", "")],
    [text, "sha256="],
    [text, ""],
  ] as const) {
    const { status, body: problem } = await deliver(body, signature);
    assert.equal(status, 403);
    assert.equal(problem.code, "bad_signature");
  }
  assert.equal(await optInOf("447700900608"), undefined);
});

for (const [what, body, status] of [
  ["malformed JSON", '{"object":', 400],
  ["no body", "", 400],
  ["null", "null", 200],
  ["a list", "[]", 200],
  ["entries that are no list", '{"object":"page","entry":{}}', 200],
  [
    "an object that we do not know",
    '{"object":"instagram","entry":[{"id":"1","changes":[]}]}',
    200,
  ],
] as const) {
  test(`${what}, signed, does nothing`, async () => {
    const before = (await received()).length;
    assert.equal((await deliver(body)).status, status);
    assert.equal((await received()).length, before);
  });
}

test("the handshake answers the challenge to who knows the token", async () => {
  const ask = (token: string) =>
    app.call(
      "GET",
      `/inbound/meta?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=115820`,
      undefined,
      {
        Authorization: "",
      },
    );
  const { status, body, headers } = await ask(verifyToken);
  assert.deepEqual([status, body], [200, "115820"]);
  assert.match(headers.get("Content-Type") ?? "", /^text\/plain/);
  assert.equal((await ask("wrong")).status, 403);
  assert.equal((await ask("")).status, 403);
});

test("each half is off until its secret is set, and says which", async (t) => {
  const off = await testApp();
  t.after(() => off.end());
  const got = await off.call("GET", "/inbound/meta?hub.mode=subscribe", undefined, {
    Authorization: "",
  });
  const posted = await off.call("POST", "/inbound/meta", {}, { Authorization: "" });
  assert.deepEqual([got.status, posted.status], [501, 501]);
  assert.match(got.body.detail, /META_VERIFY_TOKEN/);
  assert.match(posted.body.detail, /META_APP_SECRET/);
});
