// Which transport each channel uses, as the environment says, and the outbox.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { readEnv } from "../../../server/env/env.ts";
import { createTransports } from "../../../server/transports/transports.ts";

const webhook = {
  WEBHOOK_URL: "https://gateway.example.com/hook?tenant=1",
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
};
const smtp = {
  TRANSPORT_EMAIL: "smtp",
  SMTP_URL: "smtp://us%40example.com:p%3Ass@mail.example.com",
  SMTP_FROM: "Corner Café <hello@example.com>",
  BUSINESS_NAME: "Corner Café Ltd",
  BUSINESS_ADDRESS: "1 High Street, London W1, UK",
};
const twilio = {
  TRANSPORT_SMS: "twilio",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "twilio-twilio-twilio",
  TWILIO_FROM_SMS: "+15017122661",
};
const key = (type: "rsa" | "ed25519") => {
  const pair =
    type === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ed25519");
  return pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
};
const dkim = { DKIM_DOMAIN: "example.com", DKIM_SELECTOR: "optin", DKIM_PRIVATE_KEY: key("rsa") };

describe("a chosen transport", () => {
  it("is created for each channel, and once for those that share it", async () => {
    const transports = createTransports(
      readEnv({
        TRANSPORT_RCS: "webhook",
        TRANSPORT_APP_MESSAGING: "webhook",
        ...webhook,
        ...smtp,
        ...twilio,
      }).transports,
    );
    assert.deepEqual(
      Object.entries(transports).map(([channel, wayOut]) => [
        channel,
        wayOut.name,
        wayOut.inDatabase || wayOut.repeatable,
      ]),
      [
        ["sms", "twilio", false],
        ["whatsApp", "outbox", true],
        ["email", "smtp", false],
        ["rcs", "webhook", true],
        ["fbMessenger", "outbox", true],
        ["appMessaging", "webhook", true],
      ],
    );
    assert.equal(transports.rcs, transports.appMessaging);
    for (const wayOut of Object.values(transports)) if (!wayOut.inDatabase) await wayOut.close();
  });

  it("has as many connections as configured", () => {
    const { transports } = readEnv({ ...twilio, TRANSPORT_CONNECTIONS: "3" });
    const { sms } = createTransports(transports);
    assert.equal(sms.inDatabase || sms.free(), 3);
  });

  it("reads its settings", () => {
    const { transports } = readEnv({
      ...smtp,
      ...dkim,
      DKIM_PRIVATE_KEY: dkim.DKIM_PRIVATE_KEY.replaceAll("\n", "\\n"),
    });
    assert.deepEqual(transports.smtp, {
      host: "mail.example.com",
      port: 587,
      secure: false,
      login: { user: "us@example.com", password: "p:ss" },
      from: { name: "Corner Café", address: "hello@example.com" },
      dkim: { domain: "example.com", selector: "optin", privateKey: dkim.DKIM_PRIVATE_KEY },
      business: { name: "Corner Café Ltd", address: "1 High Street, London W1, UK" },
    });
  });

  it("uses TLS from the first byte with smtps", () => {
    const { smtp: settings } = readEnv({
      ...smtp,
      SMTP_URL: "smtps://mail.example.com",
    }).transports;
    assert.deepEqual([settings?.secure, settings?.port, settings?.login], [true, 465, undefined]);
  });

  it("asks Twilio for reports if there is a public address", () => {
    const { twilio: settings } = readEnv({
      ...twilio,
      PUBLIC_URL: "https://optin.example.com",
    }).transports;
    assert.equal(settings?.statusCallback, "https://optin.example.com/inbound/twilio/status");
  });
});

const incomplete: [string, Record<string, string>, RegExp][] = [
  [
    "smtp for SMS",
    { TRANSPORT_SMS: "smtp" },
    /^TRANSPORT_SMS is "smtp"; it must be one of outbox, twilio, webhook\.$/,
  ],
  [
    "twilio for RCS",
    { TRANSPORT_RCS: "twilio" },
    /^TRANSPORT_RCS is "twilio"; it must be one of outbox, webhook\.$/,
  ],
  [
    "a webhook without its variables",
    { TRANSPORT_SMS: "webhook" },
    /^WEBHOOK_URL, WEBHOOK_SECRET must be set/,
  ],
  [
    "a webhook without its secret",
    { TRANSPORT_SMS: "webhook", ...webhook, WEBHOOK_SECRET: "" },
    /^WEBHOOK_SECRET must be set/,
  ],
  [
    "smtp without a server",
    { ...smtp, SMTP_URL: "" },
    /^SMTP_URL must be set, because a channel is sent by smtp; set it/,
  ],
  [
    "smtp without a postal address",
    { ...smtp, BUSINESS_ADDRESS: "" },
    /^BUSINESS_ADDRESS must be set/,
  ],
  ["half a DKIM", { ...smtp, ...dkim, DKIM_SELECTOR: "" }, /^DKIM_SELECTOR must be set/],
  [
    "twilio without its token",
    { ...twilio, TWILIO_AUTH_TOKEN: "" },
    /^TWILIO_AUTH_TOKEN must be set/,
  ],
  [
    "twilio without a number",
    { ...twilio, TWILIO_FROM_SMS: "" },
    /^TWILIO_FROM_SMS or TWILIO_MESSAGING_SERVICE_SID must be set/,
  ],
  [
    "WhatsApp without a number",
    { ...twilio, TRANSPORT_WHATSAPP: "twilio" },
    /^TWILIO_FROM_WHATSAPP or TWILIO_MESSAGING_SERVICE_SID must be set/,
  ],
  [
    "a short webhook secret",
    { WEBHOOK_SECRET: "whsec_c2hvcnQ=" },
    /^WEBHOOK_SECRET is not usable; it must be whsec_/,
  ],
  [
    "a DKIM key that no mail server reads",
    { DKIM_PRIVATE_KEY: key("ed25519") },
    /^DKIM_PRIVATE_KEY is not usable; it must be an RSA/,
  ],
  [
    "an SMTP address that is none",
    { SMTP_URL: "mail.example.com" },
    /^SMTP_URL is not usable; it must be like smtp:/,
  ],
  [
    "a sender of two lines",
    { SMTP_FROM: "Eve\nBcc: x <a@b.c>" },
    /^SMTP_FROM is "Eve\\nBcc: x <a@b\.c>"; it must be/,
  ],
  [
    "no connections",
    { TRANSPORT_CONNECTIONS: "0" },
    /^TRANSPORT_CONNECTIONS is "0"; it must be a whole number from 1/,
  ],
];

describe("refused at boot, in one line", () => {
  for (const [what, env, message] of incomplete) {
    it(what, () => {
      assert.throws(
        () => readEnv(env),
        (error: Error) => {
          assert.equal(error.name, "CannotStart");
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        },
      );
    });
  }
});
