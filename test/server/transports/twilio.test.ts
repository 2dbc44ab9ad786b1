// The Twilio transport against a server that answers like Twilio's API.

import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, describe, it } from "node:test";
import type { TwilioSettings } from "../../../server/env/twilio.ts";
import type { Outgoing, Transport } from "../../../server/transports/transport.ts";
import { twilio } from "../../../server/transports/twilio.ts";
import { outgoing } from "../../support/outgoing.ts";
import { type Receiver, receiver } from "../../support/receiver.ts";

const accountSid = `AC${"0123456789abcdef".repeat(2)}`;
const sid = `SM${"fedcba9876543210".repeat(2)}`;
const open: (Receiver | Transport)[] = [];

after(async () => {
  for (const one of open) await ("end" in one ? one.end() : one.close());
});

const taken = {
  account_sid: accountSid,
  api_version: "2010-04-01",
  body: "Hello Ada",
  date_created: "Mon, 23 Nov 2026 10:00:00 +0000",
  direction: "outbound-api",
  error_code: null,
  error_message: null,
  from: "+15017122661",
  num_media: "0",
  num_segments: "1",
  sid,
  status: "queued",
  to: "+447700900123",
};

const refused = (status: number, code: number, message: string) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
});

async function api(
  answer: (response: ServerResponse) => void,
  over: Partial<TwilioSettings> = {},
  patience = { start: 1000, answer: 9000 },
) {
  const server = await receiver(answer);
  const settings: TwilioSettings = {
    url: server.url,
    accountSid,
    authToken: "a token of the tests alone",
    messagingServiceSid: undefined,
    fromSms: "+15017122661",
    fromWhatsApp: "+14155238886",
    statusCallback: undefined,
    ...over,
  };
  const transport = twilio(settings, { connections: 2, patience });
  open.push(server, transport);
  return { server, transport };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response
      .writeHead(status, { "Content-Type": "application/json", ...headers })
      .end(JSON.stringify(body));

/** The parameters of one call. */
async function called(message: Partial<Outgoing>, over: Partial<TwilioSettings> = {}) {
  const { server, transport } = await api(json(201, taken), over);
  await transport.begin(outgoing(message));
  return Object.fromEntries(new URLSearchParams(server.received[0]?.body));
}

async function outcome(answer: (response: ServerResponse) => void) {
  const { transport } = await api(answer);
  return transport.begin(outgoing());
}

describe("an SMS", () => {
  it("is one POST to the account's messages, with its token", async () => {
    const { server, transport } = await api(json(201, taken));
    await transport.begin(outgoing());
    const [{ path, headers } = assert.fail()] = server.received;
    assert.equal(path, `/2010-04-01/Accounts/${accountSid}/Messages.json`);
    const credentials = Buffer.from(`${accountSid}:a token of the tests alone`).toString("base64");
    assert.equal(headers.authorization, `Basic ${credentials}`);
    assert.equal(headers["content-type"], "application/x-www-form-urlencoded");
  });

  it("goes to the person, from our number, with the text unchanged", async () => {
    assert.deepEqual(await called({ body: "Ünï & 100% +1 🎉\nbye" }), {
      To: "+447700900123",
      From: "+15017122661",
      Body: "Ünï & 100% +1 🎉\nbye",
    });
  });

  it("comes from the number that it answers for", async () => {
    assert.equal((await called({ sender: "+15550001111" })).From, "+15550001111");
  });

  it("leaves the number to a messaging service if only that is configured", async () => {
    const service = { fromSms: undefined, messagingServiceSid: "MG1" };
    assert.deepEqual(await called({}, service), {
      To: "+447700900123",
      MessagingServiceSid: "MG1",
      Body: "Hello Ada",
    });
  });

  it("asks for status reports", async () => {
    const statusCallback = "https://optin.example.com/inbound/twilio/status";
    assert.equal((await called({}, { statusCallback })).StatusCallback, statusCallback);
  });
});

describe("a WhatsApp message", () => {
  it("goes from number to number on WhatsApp", async () => {
    assert.deepEqual(await called({ channel: "whatsApp" }), {
      To: "whatsapp:+447700900123",
      From: "whatsapp:+14155238886",
      Body: "Hello Ada",
    });
  });

  it("may be a template with its variables", async () => {
    const customBody = { contentSid: "HX1", contentVariables: { 1: "Ada", 2: "10:30" } };
    assert.deepEqual(await called({ channel: "whatsApp", customBody }), {
      To: "whatsapp:+447700900123",
      From: "whatsapp:+14155238886",
      ContentSid: "HX1",
      ContentVariables: '{"1":"Ada","2":"10:30"}',
    });
  });
});

describe("Twilio's answer", () => {
  it("201 means sent, with Twilio's id", async () => {
    assert.deepEqual(await outcome(json(201, taken)), { status: "sent", providerId: sid });
  });

  it("21610 means that the person opted out at the carrier", async () => {
    const answer = refused(400, 21610, "Attempt to send to unsubscribed recipient");
    assert.deepEqual(await outcome(json(400, answer)), {
      status: "optedOut",
      reason: "Twilio 21610",
    });
  });

  it("another refusal means failed, with Twilio's code and its text without the address", async () => {
    const answer = refused(
      400,
      21211,
      "The 'To' number +447700900123 is not a valid phone number.",
    );
    assert.deepEqual(await outcome(json(400, answer)), {
      status: "failed",
      reason: "Twilio 21211",
    });
  });

  it("429 means later, at the time that it names", async () => {
    const answer = json(429, refused(429, 20429, "Too Many Requests"), { "Retry-After": "3" });
    assert.deepEqual(await outcome(answer), { status: "retry", reason: "Twilio 20429", after: 3 });
  });

  it("503 means later", async () => {
    assert.deepEqual(await outcome(json(503, {})), { status: "retry", reason: "Twilio: HTTP 503" });
  });

  it("a wrong token means later, when somebody has corrected it", async () => {
    assert.equal((await outcome(json(401, refused(401, 20003, "Authenticate")))).status, "retry");
  });

  it("500 is unknown", async () => {
    assert.deepEqual(await outcome(json(500, {})), {
      status: "unknown",
      reason: "Twilio: HTTP 500",
    });
  });

  it("a broken connection is unknown", async () => {
    const broken = await outcome((response) => response.socket?.destroy());
    assert.deepEqual(broken, { status: "unknown", reason: "Twilio: ECONNRESET" });
  });

  it("silence is unknown", async () => {
    const { transport } = await api(() => {}, {}, { start: 1000, answer: 50 });
    assert.deepEqual(await transport.begin(outgoing()), {
      status: "unknown",
      reason: "Twilio: no answer in time",
    });
  });

  it("an unreachable server means later", async () => {
    const { server, transport } = await api(() => {});
    await server.end();
    assert.deepEqual(await transport.begin(outgoing()), {
      status: "retry",
      reason: "Twilio: ECONNREFUSED",
    });
  });

  it("a redirect is not followed", async () => {
    const elsewhere = await receiver((response) => response.end());
    open.push(elsewhere);
    const { status } = await outcome(json(307, {}, { Location: elsewhere.url }));
    assert.deepEqual([status, elsewhere.received.length], ["failed", 0]);
  });
});
