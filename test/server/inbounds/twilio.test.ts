// Twilio's webhook, called as Twilio does: signed by its own library.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import twilio from "twilio";
import { readEnv } from "../../../server/env/env.ts";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";

const authToken = "0123456789abcdef0123456789abcdef";
const publicUrl = "https://optin.example.com";

let app: TestApp;
before(async () => {
  const providers = {
    twilioAuthToken: authToken,
    metaAppSecret: undefined,
    metaVerifyToken: undefined,
  };
  app = await testApp({ publicUrl, providers });
  for (const channel of ["sms", "whatsApp"]) {
    await app.call("POST", "/v1/rules/presets", { channel, preset: "stop", reply: "You are out." });
    await app.call("POST", "/v1/rules/presets", { channel, preset: "start", reply: "You are in." });
  }
});
after(() => app.end());

type Options = {
  query?: string;
  signedUrl?: string;
  signature?: string;
  token?: string;
  sent?: string;
};

let messages = 0;
const parametersOf = (over: Record<string, string>): Record<string, string> => ({
  MessageSid: `SM${String(messages++).padStart(32, "0")}`,
  AccountSid: "AC00000000000000000000000000000000",
  From: "+447700900500",
  To: "+447700900001",
  NumMedia: "0",
  Body: "",
  ...over,
});

/** Sends parameters as Twilio would; `sent` is what arrives instead of what was signed. */
async function deliver(parameters: Record<string, string>, options: Options = {}): Promise<Answer> {
  const {
    query = "",
    signedUrl = `${publicUrl}/inbound/twilio${query}`,
    token = authToken,
  } = options;
  const signature =
    options.signature ?? twilio.getExpectedTwilioSignature(token, signedUrl, parameters);
  const body = options.sent ?? new URLSearchParams(parameters).toString();
  return app.call("POST", `/inbound/twilio${query}`, body, {
    Authorization: "",
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    "X-Twilio-Signature": signature,
  });
}

const profileOf = async (from: string) =>
  (await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(from)}`)).body.items[0];
const received = async (messageId: string | undefined) =>
  (await app.call("GET", "/v1/messages/inbounds?limit=200")).body.items.filter(
    (inbound: { messageId: string }) => inbound.messageId === messageId,
  );
const flagOf = async (from: string, channel = "sms") => {
  const { id } = await profileOf(from);
  const { items } = (await app.call("GET", `/v1/profiles/${id}/optin`)).body;
  return items.find((flag: { channel: string }) => flag.channel === channel);
};

test("a signed START is accepted with an empty TwiML answer, and opts in", async () => {
  const { status, body, headers } = await deliver(
    parametersOf({ From: "+447700900501", Body: "Start" }),
  );
  assert.equal(status, 200);
  assert.equal(body, '<?xml version="1.0" encoding="UTF-8"?><Response></Response>');
  assert.match(headers.get("Content-Type") ?? "", /^text\/xml/);
  assert.equal((await flagOf("+447700900501")).optedIn, true);
});

test("accents, emoji, spaces and plus signs are signed as they are", async () => {
  const parameters = parametersOf({
    Body: "Arrêt 🛑 + s'il vous plaît &",
    ProfileName: "Zoë+Ärger =&",
  });
  assert.equal((await deliver(parameters)).status, 200);
  assert.equal((await received(parameters.MessageSid))[0].action, "optOut");
});

test("a query of the webhook's address is part of what is signed", async () => {
  const query = "?account=1&name=Zo%C3%AB";
  assert.equal((await deliver(parametersOf({ Body: "x" }), { query })).status, 200);
  assert.equal(
    (
      await deliver(parametersOf({ Body: "x" }), {
        query,
        signedUrl: `${publicUrl}/inbound/twilio`,
      })
    ).status,
    403,
  );
});

test("the usual port may be signed or not", async () => {
  const signedUrl = "https://optin.example.com:443/inbound/twilio";
  assert.equal((await deliver(parametersOf({ Body: "x" }), { signedUrl })).status, 200);
});

test("a port of PUBLIC_URL may be signed or not", async (t) => {
  const providers = {
    twilioAuthToken: authToken,
    metaAppSecret: undefined,
    metaVerifyToken: undefined,
  };
  const other = await testApp({ publicUrl: "https://optin.example.com:8443/kit", providers });
  t.after(() => other.end());
  const post = (url: string) => {
    const parameters = parametersOf({ Body: "x" });
    return other.call("POST", "/inbound/twilio", new URLSearchParams(parameters).toString(), {
      Authorization: "",
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Twilio-Signature": twilio.getExpectedTwilioSignature(authToken, url, parameters),
    });
  };
  assert.equal((await post("https://optin.example.com:8443/kit/inbound/twilio")).status, 200);
  assert.equal((await post("https://optin.example.com/kit/inbound/twilio")).status, 200);
  assert.equal((await post("https://optin.example.com:9443/kit/inbound/twilio")).status, 403);
  assert.equal((await post("http://optin.example.com:8443/kit/inbound/twilio")).status, 403);
});

for (const [what, options] of Object.entries<Options>({
  "another token": { token: "f".repeat(32) },
  "another host": { signedUrl: "https://evil.example.com/inbound/twilio" },
  "another path": { signedUrl: `${publicUrl}/inbound/other` },
  "no signature": { signature: "" },
  "a short signature": { signature: "AAAA" },
})) {
  test(`${what}: refused, and nothing is kept`, async () => {
    const parameters = parametersOf({ Body: "stop" });
    const { status, body } = await deliver(parameters, options);
    assert.equal(status, 403);
    assert.equal(body.code, "bad_signature");
    assert.deepEqual(await received(parameters.MessageSid), []);
  });
}

test("a word, a sender or a parameter changed on the way is refused", async () => {
  const parameters = parametersOf({ Body: "start" });
  const signature = twilio.getExpectedTwilioSignature(
    authToken,
    `${publicUrl}/inbound/twilio`,
    parameters,
  );
  for (const tampered of [
    { ...parameters, Body: "stop" },
    { ...parameters, From: "+447700900599" },
    { ...parameters, OptOutType: "STOP" },
  ]) {
    const { status } = await deliver(tampered, { signature });
    assert.equal(status, 403);
  }
  const twice = `${new URLSearchParams(parameters)}&Body=stop`;
  assert.equal((await deliver(parameters, { sent: twice })).status, 403);
  assert.deepEqual(await received(parameters.MessageSid), []);
});

test("a captured START is no new call when parameters are joined to the one before them", async () => {
  const from = "+447700900577";
  const signed = parametersOf({ From: from, Body: "START", ApiVersion: "2010-04-01" });
  assert.equal((await deliver(signed)).status, 200);
  const signature = twilio.getExpectedTwilioSignature(
    authToken,
    `${publicUrl}/inbound/twilio`,
    signed,
  );
  assert.equal((await deliver(parametersOf({ From: from, Body: "STOP" }))).status, 200);
  assert.equal((await flagOf(from)).optedIn, false);
  const pairs = Object.entries(signed).sort(([one], [other]) => (one < other ? -1 : 1));
  for (let at = 1; at < pairs.length; at++) {
    const joined = pairs.flatMap(([name, value], index) => {
      if (index === at) return [];
      return [[name, index === at - 1 ? value + pairs[at]?.join("") : value]];
    });
    const sent = new URLSearchParams(joined).toString();
    await deliver(signed, { signature, sent });
    assert.equal((await flagOf(from)).optedIn, false, sent);
  }
});

test("an id that is none of Twilio's is refused", async () => {
  for (const MessageSid of ["SM1", `XX${"0".repeat(32)}`, `SM${"0".repeat(33)}`, ""]) {
    const { status } = await deliver(parametersOf({ MessageSid, Body: "START" }));
    assert.equal(status, 422, MessageSid);
  }
});

test("whatsapp: numbers are WhatsApp, rcs: are RCS, messenger: are Messenger", async () => {
  for (const [prefix, channel, from, to] of [
    ["whatsapp:", "whatsApp", "+447700900511", "+447700900001"],
    ["rcs:", "rcs", "+447700900512", "acme_agent"],
    ["messenger:", "fbMessenger", "556677", "998877"],
  ] as const) {
    const parameters = parametersOf({
      From: `${prefix}${from}`,
      To: `${prefix}${to}`,
      Body: "hello",
    });
    assert.equal((await deliver(parameters)).status, 200);
    const [inbound] = await received(parameters.MessageSid);
    assert.deepEqual([inbound.channel, inbound.from, inbound.to], [channel, from, to]);
  }
  const parameters = parametersOf({
    From: "whatsapp:+447700900513",
    To: "whatsapp:+447700900001",
    Body: "JOIN",
  });
  await deliver(parameters);
  assert.equal((await flagOf("+447700900513", "whatsApp")).optedIn, true);
  assert.equal((await flagOf("+447700900513", "sms")).optedIn, false);
});

test("the same MessageSid again, and at the same instant, acts once", async () => {
  const parameters = parametersOf({ From: "+447700900521", Body: "stop" });
  const answers = await Promise.all(Array.from({ length: 16 }, () => deliver(parameters)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  await deliver(parameters);
  assert.equal((await received(parameters.MessageSid)).length, 1);
  const { id } = await profileOf("+447700900521");
  const { items } = (await app.call("GET", `/v1/profiles/${id}/events`)).body;
  assert.equal(items.length, 2);
});

test("OptOutType STOP opts out by the carrier, without any rule, and we reply nothing", async () => {
  const from = "+447700900531";
  await deliver(parametersOf({ From: from, Body: "start" }));
  const parameters = parametersOf({ From: from, Body: "no word of ours", OptOutType: "STOP" });
  await deliver(parameters);
  const flag = await flagOf(from);
  assert.deepEqual([flag.optedIn, flag.source], [false, "carrier"]);
  assert.deepEqual([(await received(parameters.MessageSid))[0].reply], [null]);
});

test("OptOutType STOP goes before a rule that opts in", async () => {
  const from = "+447700900532";
  const parameters = parametersOf({ From: from, Body: "start", OptOutType: "STOP" });
  await deliver(parameters);
  const [inbound] = await received(parameters.MessageSid);
  assert.deepEqual([inbound.action, inbound.rule, inbound.reply], ["optOut", null, null]);
  assert.equal((await flagOf(from)).optedIn, false);
});

test("OptOutType START opts in by a rule, and we reply nothing, as the carrier has", async () => {
  const from = "+447700900533";
  await deliver(parametersOf({ From: from, Body: "STOP", OptOutType: "STOP" }));
  const parameters = parametersOf({ From: from, Body: "START", OptOutType: "START" });
  await deliver(parameters);
  const flag = await flagOf(from);
  assert.deepEqual([flag.optedIn, flag.source], [true, "rule"]);
  assert.equal((await received(parameters.MessageSid))[0].reply, null);
});

test("OptOutType START without a rule lifts the carrier's block alone: the opt-out stays", async () => {
  const from = "+447700900534";
  await deliver(parametersOf({ From: from, Body: "STOP", OptOutType: "STOP" }));
  const parameters = parametersOf({ From: from, Body: "YES", OptOutType: "START" });
  await deliver(parameters);
  const flag = await flagOf(from);
  assert.deepEqual([flag.optedIn, flag.source], [false, "rule"]);
  const [inbound] = await received(parameters.MessageSid);
  assert.deepEqual([inbound.action, inbound.event], ["none", flag.event]);
});

test("OptOutType START without a rule or a block changes nothing", async () => {
  const from = "+447700900535";
  await deliver(parametersOf({ From: from, Body: "YES", OptOutType: "START" }));
  assert.equal((await flagOf(from)).source, "default");
});

test("OptOutType START without a rule takes back what the carrier's STOP had taken", async () => {
  const from = "+447700900536";
  await deliver(parametersOf({ From: from, Body: "START" }));
  await deliver(parametersOf({ From: from, Body: "STOP", OptOutType: "STOP" }));
  await deliver(parametersOf({ From: from, Body: "YES", OptOutType: "START" }));
  const flag = await flagOf(from);
  assert.deepEqual([flag.optedIn, flag.source], [true, "rule"]);
});

test("the payload of a button counts before its text", async () => {
  const { cases } = readCases<{ cases: Record<string, string>[] }>("twilio-other");
  const pressed = cases.find(({ ButtonPayload }) => ButtonPayload);
  const { From, Body, ButtonText, ButtonPayload } = pressed as Record<string, string>;
  const from = From?.replace("whatsapp:", "") as string;
  await deliver(
    parametersOf({ From: `whatsapp:${from}`, To: "whatsapp:+447700900001", Body: "JOIN" }),
  );
  const parameters = parametersOf({
    From: `whatsapp:${from}`,
    To: "whatsapp:+447700900001",
    Body: Body as string,
    ButtonText: ButtonText as string,
    ButtonPayload: ButtonPayload as string,
  });
  await deliver(parameters);
  assert.equal((await received(parameters.MessageSid))[0].action, "optOut");
  assert.equal((await flagOf(from, "whatsApp")).optedIn, false);
});

test("a sender without a phone number is kept, and found among those without a person", async () => {
  const parameters = parametersOf({
    From: "whatsapp:GB.13491208655302741918",
    To: "whatsapp:+447700900001",
    Body: "STOP",
  });
  await deliver(parameters);
  const { items } = (await app.call("GET", "/v1/messages/inbounds?matched=false")).body;
  assert.equal(items[0].messageId, parameters.MessageSid);
});

test("an ExternalUserId beside a number is learned, and stands for the person later", async () => {
  const id = "GB.13491208655302749999";
  const common = { To: "whatsapp:+447700900001", ExternalUserId: id };
  await deliver(parametersOf({ ...common, From: "whatsapp:+447700900702", Body: "JOIN" }));
  assert.equal((await flagOf("+447700900702", "whatsApp")).optedIn, true);
  await deliver(parametersOf({ ...common, From: `whatsapp:${id}`, Body: "STOP" }));
  assert.equal((await flagOf("+447700900702", "whatsApp")).optedIn, false);
});

test("OptOutType HELP gets no reply of ours", async () => {
  await app.call("POST", "/v1/rules/presets", {
    channel: "sms",
    preset: "help",
    reply: "Call 123.",
  });
  const byCarrier = parametersOf({ Body: "HELP", OptOutType: "HELP" });
  const byUs = parametersOf({ Body: "HELP" });
  await deliver(byCarrier);
  await deliver(byUs);
  assert.equal((await received(byCarrier.MessageSid))[0].reply, null);
  assert.notEqual((await received(byUs.MessageSid))[0].reply, null);
});

test("a sender that is a short code or a name is kept, without a profile", async () => {
  for (const From of ["12345", "ACME", "+0", ""]) {
    const parameters = parametersOf({ From, Body: "stop" });
    const { status } = await deliver(parameters);
    if (From === "") {
      assert.equal(status, 422);
      continue;
    }
    assert.equal(status, 200);
    const [inbound] = await received(parameters.MessageSid);
    assert.deepEqual([inbound.from, inbound.profileId, inbound.action], [From, null, "optOut"]);
  }
});

test("a picture without words is kept", async () => {
  const parameters = parametersOf({ NumMedia: "1", MediaUrl0: "https://api.twilio.com/x" });
  assert.equal((await deliver(parameters)).status, 200);
  assert.equal((await received(parameters.MessageSid))[0].body, "");
});

test("NUL and other control characters in a signed body do no harm", async () => {
  const parameters = parametersOf({ From: "+447700900541", Body: "st\0op\u0001 \u202e" });
  assert.equal((await deliver(parameters)).status, 200);
  assert.equal((await received(parameters.MessageSid))[0].action, "optOut");
});

test("a status is no message", async () => {
  const { Body: _, ...parameters } = parametersOf({ MessageStatus: "delivered" });
  assert.equal((await deliver(parameters)).status, 422);
});

test("a body that is no form is refused", async () => {
  const { status } = await app.call(
    "POST",
    "/inbound/twilio",
    { Body: "stop" },
    { Authorization: "" },
  );
  assert.equal(status, 415);
});

test("a form of 1 MB is refused", async () => {
  assert.equal((await deliver(parametersOf({ Body: "x".repeat(1_000_000) }))).status, 413);
});

test("a secret that is too short stops the boot, and is not shown", () => {
  for (const name of ["TWILIO_AUTH_TOKEN", "META_APP_SECRET", "META_VERIFY_TOKEN"]) {
    assert.throws(
      () => readEnv({ [name]: "tooshort" }),
      new RegExp(`^CannotStart: ${name} is not usable`),
    );
  }
});

test("without TWILIO_AUTH_TOKEN it is off, and says which variable to set", async (t) => {
  const off = await testApp();
  t.after(() => off.end());
  const { status, body } = await off.call("POST", "/inbound/twilio", "Body=stop", {
    Authorization: "",
    "Content-Type": "application/x-www-form-urlencoded",
  });
  assert.equal(status, 501);
  assert.equal(body.code, "not_configured");
  assert.match(body.detail, /TWILIO_AUTH_TOKEN/);
});
