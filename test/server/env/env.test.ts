import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readEnv } from "../../../server/env/env.ts";
import { root } from "../../../server/env/root.ts";

const everyOutbox = {
  sms: "outbox",
  whatsApp: "outbox",
  email: "outbox",
  rcs: "outbox",
  fbMessenger: "outbox",
  appMessaging: "outbox",
};

test("an empty environment gives the defaults", () => {
  assert.deepEqual(readEnv({}), {
    port: 8080,
    host: "127.0.0.1",
    publicUrl: undefined,
    databaseUrl: undefined,
    databasePrepare: true,
    dataDir: join(root, "data"),
    adminPassword: undefined,
    apiKey: undefined,
    secrets: [],
    trustedProxies: [],
    limits: {
      client: 60,
      address: 5,
      confirmations: 20,
      budgets: { country: 500, prefix: 50, unconfirmed: 20 },
    },
    answerTime: 100,
    docs: true,
    site: true,
    providers: { twilioAuthToken: undefined, metaAppSecret: undefined, metaVerifyToken: undefined },
    inboundMail: { email: undefined, smtpPort: undefined },
    transports: {
      channels: everyOutbox,
      connections: 8,
      smtp: undefined,
      twilio: undefined,
      webhook: undefined,
    },
    logLevel: "info",
  });
});

test("every variable is read", () => {
  const env = readEnv({
    PORT: "0",
    HOST: "::1",
    PUBLIC_URL: "https://optin.example.com/",
    DATABASE_URL: "postgresql://user:p%40ss@db:6432/optin",
    DATABASE_PREPARE: "false",
    DATA_DIR: "/var/lib/opt-in-kit",
    ADMIN_PASSWORD: "correct horse",
    API_KEY: "0123456789abcdef",
    SECRET: "new-new-new-new-new, old-old-old-old-old",
    TRUSTED_PROXIES: "10.0.0.0/8, ::1, fd00::/8",
    LIMIT_CLIENT: "0",
    LIMIT_ADDRESS: "12",
    LIMIT_CONFIRMATIONS: "8",
    LIMIT_COUNTRY: "30",
    LIMIT_PREFIX: "0",
    LIMIT_UNCONFIRMED: "7",
    ANSWER_TIME: "250",
    DOCS: "false",
    SITE: "false",
    TWILIO_AUTH_TOKEN: "twilio-twilio-twilio",
    META_APP_SECRET: "meta-meta-meta-meta",
    META_VERIFY_TOKEN: "verify-verify-verify",
    TRANSPORT_CONNECTIONS: "3",
    INBOUND_EMAIL: "Hello@in.example.com",
    INBOUND_SMTP_PORT: "2525",
    LOG_LEVEL: "silent",
  });
  assert.deepEqual(env, {
    port: 0,
    host: "::1",
    publicUrl: "https://optin.example.com",
    databaseUrl: "postgresql://user:p%40ss@db:6432/optin",
    databasePrepare: false,
    dataDir: "/var/lib/opt-in-kit",
    adminPassword: "correct horse",
    apiKey: "0123456789abcdef",
    secrets: ["new-new-new-new-new", "old-old-old-old-old"],
    trustedProxies: ["10.0.0.0/8", "::1", "fd00::/8"],
    limits: {
      client: 0,
      address: 12,
      confirmations: 8,
      budgets: { country: 30, prefix: 0, unconfirmed: 7 },
    },
    answerTime: 250,
    docs: false,
    site: false,
    providers: {
      twilioAuthToken: "twilio-twilio-twilio",
      metaAppSecret: "meta-meta-meta-meta",
      metaVerifyToken: "verify-verify-verify",
    },
    inboundMail: { email: "hello@in.example.com", smtpPort: 2525 },
    transports: {
      channels: everyOutbox,
      connections: 3,
      smtp: undefined,
      twilio: undefined,
      webhook: undefined,
    },
    logLevel: "silent",
  });
});

test("an empty variable counts as absent", () => {
  assert.equal(readEnv({ PORT: "", DATABASE_URL: " " }).port, 8080);
});

const wrong: [string, string][] = [
  ["INBOUND_EMAIL", "in.example.com"],
  ["INBOUND_EMAIL", `${"a".repeat(25)}@in.example.com`],
  ["INBOUND_SMTP_PORT", "smtp"],
  ["PORT", "eighty"],
  ["PORT", "65536"],
  ["PORT", "-1"],
  ["PORT", "80.5"],
  ["HOST", "http://here"],
  ["PUBLIC_URL", "optin.example.com"],
  ["PUBLIC_URL", "ftp://optin.example.com"],
  ["PUBLIC_URL", "https://optin.example.com/?a=b"],
  ["PUBLIC_URL", "https://optin.example.com/sms/"],
  ["DATABASE_URL", "mysql://db/optin"],
  ["DATABASE_PREPARE", "yes"],
  ["DOCS", "off"],
  ["SITE", "0"],
  ["ADMIN_PASSWORD", "a"],
  ["ADMIN_PASSWORD", "elevenchars"],
  // Six characters of two units each.
  ["ADMIN_PASSWORD", "😀😀😀😀😀😀"],
  ["API_KEY", "tooshort"],
  ["API_KEY", "with a space in it"],
  ["SECRET", "long-enough-to-be-one,short"],
  ["TRUSTED_PROXIES", "proxy.example.com"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["LIMIT_CLIENT", "many"],
  ["LIMIT_ADDRESS", "-5"],
  ["LIMIT_CONFIRMATIONS", "0.5"],
  ["LOG_LEVEL", "loud"],
];

test("a listener for mail needs an address that accepts it", () => {
  assert.throws(() => readEnv({ INBOUND_SMTP_PORT: "2525" }), /INBOUND_EMAIL/);
});

for (const [name, value] of wrong) {
  test(`${name}=${value} is refused in one line that names it`, () => {
    assert.throws(
      () => readEnv({ [name]: value }),
      (error: Error) => {
        assert.equal(error.name, "CannotStart");
        assert.ok(
          error.message.startsWith(`${name} is `) && error.message.includes("must be "),
          error.message,
        );
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
  });
}

test("a password of twelve characters is accepted", () => {
  assert.equal(readEnv({ ADMIN_PASSWORD: "twelve chars" }).adminPassword, "twelve chars");
});

test("a wrong secret is never repeated", () => {
  for (const name of ["API_KEY", "SECRET", "DATABASE_URL", "ADMIN_PASSWORD"]) {
    assert.throws(
      () => readEnv({ [name]: "hunter2" }),
      (error: Error) => !error.message.includes("hunter2"),
    );
  }
});
