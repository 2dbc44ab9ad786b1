// Messages that ask for a confirmation: whoever reads one could confirm in that person's place.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { scope } from "../../../server/schemas/keys.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";
import { gateway } from "../../support/gateway.ts";
import { startServer } from "../../support/server.ts";
import { adminPassword, portalOf } from "../../support/session.ts";

let app: TestApp;
before(async () => {
  app = await testApp({ adminPassword, outboxChannels: ["email"] });
});
after(() => app.end());

type Asked = { id: string; channel: string; secret: string };
let people = 300;

/** Submits a double opt-in form for a new address; returns the message and its secret. */
async function ask(channel: "sms" | "email"): Promise<Asked> {
  const { body: form } = await app.call(
    "POST",
    "/v1/forms",
    formBody({ confirm: "double", channel }),
  );
  const number = people++;
  const address = channel === "sms" ? `+447700900${number}` : `ann${number}@example.org`;
  await app.call("POST", `/public/forms/${form.id}/submissions`, { address });
  const [message] = await app.database.sql<{ id: string; body: string }[]>`
    select id, body from messages where address = ${address}`;
  const secret = /confirm\/([\w-]{43})|\b(\d{6})\b/.exec(message?.body ?? "");
  return { id: message?.id ?? "", channel, secret: secret?.[1] ?? secret?.[2] ?? "none" };
}

const keyOfAllButAdmin = () => app.keyWith(...scope.options.filter((one) => one !== "admin"));

for (const channel of ["sms", "email"] as const) {
  test(`the ${channel} that asks for a confirmation is read by admin alone`, async () => {
    const { id, secret } = await ask(channel);
    const paths = [`/v1/messages/${id}`, `/v1/messages?channel=${channel}&limit=1`];
    for (const path of paths) {
      const answer = (await app.call("GET", path)).body;
      const { body, hidden } = answer.items?.[0] ?? answer;
      assert.deepEqual([body.includes(secret), hidden], [true, false], path);
    }
    for (const headers of [await app.keyWith("messages:read"), await keyOfAllButAdmin()]) {
      for (const path of paths) {
        const { status, body: answer } = await app.call("GET", path, undefined, headers);
        const message = answer.items?.[0] ?? answer;
        assert.deepEqual(
          [status, message.id, message.confirmation, message.body, message.hidden],
          [200, id, true, null, true],
          path,
        );
        assert.doesNotMatch(JSON.stringify(answer), new RegExp(secret), path);
      }
    }
  });
}

test("the portal shows what is really sent to nobody, and what stays in the outbox", async () => {
  const portal = await portalOf(app);
  for (const [channel, shown] of [
    ["sms", false],
    ["email", true],
  ] as const) {
    const { id, secret } = await ask(channel);
    for (const path of [`/v1/messages/${id}`, `/v1/messages?channel=${channel}&limit=1`]) {
      const { body: answer } = await portal("GET", path);
      assert.equal(JSON.stringify(answer).includes(secret), shown, path);
      assert.equal((answer.items?.[0] ?? answer).hidden, !shown, path);
    }
  }
});

test("a server hides in its portal what a gateway gets, and shows what it keeps", async () => {
  const receiver = await gateway();
  const server = await startServer({ env: { ADMIN_PASSWORD: adminPassword, ...receiver.env } });
  try {
    const portal = await portalOf(server);
    for (const [channel, address, hidden] of [
      ["sms", "07700 900399", true],
      ["email", "zoe@example.org", false],
    ] as const) {
      const { body: form } = await portal(
        "POST",
        "/v1/forms",
        formBody({ confirm: "double", channel }),
      );
      await portal("POST", `/public/forms/${form.id}/submissions`, { address });
      const { body } = await portal("GET", `/v1/messages?channel=${channel}`);
      assert.deepEqual([body.items.length, body.items[0].hidden], [1, hidden], channel);
    }
  } finally {
    await server.stop();
    await receiver.end();
  }
});

test("a mail server that repeats the link in its refusal does not reveal it either", async () => {
  const { id, secret } = await ask("email");
  const reasonFor = async (headers?: Record<string, string>) =>
    (await app.call("GET", `/v1/messages/${id}`, undefined, headers)).body.reason;
  const limited = await app.keyWith("messages:read");
  const refusal = `SMTP: 550 blocked: https://optin.example.com/public/confirm/${secret}`;
  await app.database.sql`update messages set reason = ${refusal} where id = ${id}`;
  assert.deepEqual([await reasonFor(), await reasonFor(limited)], [refusal, null]);
  await app.database.sql`update messages set reason = 'carrier_opted_out' where id = ${id}`;
  assert.equal(await reasonFor(limited), "carrier_opted_out");
});

test("nothing is hidden after a secret is used up, nor of any other message", async () => {
  const limited = await app.keyWith("messages:read");
  const { id, secret } = await ask("email");
  await app.call("POST", `/public/confirm/${secret}`);
  const { body: used } = await app.call("GET", `/v1/messages/${id}`, undefined, limited);
  assert.deepEqual([used.confirmation, used.body, used.hidden], [true, null, false]);
  await app.call("POST", "/v1/profiles", { id: "bea", email: "bea@example.org" });
  const mail = { to: { profileId: "bea" }, rules: ["email"], body: "Your bread is ready." };
  const { messageId } = (await app.call("POST", "/v1/messages", mail)).body;
  const { body: message } = await app.call("GET", `/v1/messages/${messageId}`, undefined, limited);
  assert.deepEqual([message.body, message.hidden], ["Your bread is ready.", false]);
});

test("no other answer to a key without admin contains the secret, nor does a person's copy", async () => {
  const { secret } = await ask("sms");
  const [form] = (await app.call("GET", "/v1/forms?limit=1")).body.items;
  const [{ address }] = await app.database.sql<[{ address: string }]>`
    select address from messages where body like ${`%${secret}%`}`;
  const headers = await keyOfAllButAdmin();
  const { body: person } = await app.call(
    "POST",
    "/v1/profiles",
    { phoneNumber: address },
    headers,
  );
  const { body: link } = await app.call(
    "POST",
    `/v1/profiles/${person.id}/links`,
    { for: "preferences" },
    headers,
  );
  const token = new URL(link.url).searchParams.get("token") ?? new URL(link.url).hash.slice(1);
  const answers = await Promise.all(
    [
      "/v1/messages",
      `/v1/messages?profileId=${person.id}`,
      "/v1/messages/inbounds",
      "/v1/profiles",
      "/v1/profiles/export",
      `/v1/profiles/${person.id}`,
      `/v1/profiles/${person.id}/events`,
      "/v1/forms",
      `/v1/forms/${form.id}`,
      "/v1/statistics",
    ].map(async (path) => ({ path, ...(await app.call("GET", path, undefined, headers)) })),
  );
  const copy = await app.call("GET", "/public/preferences/copy", undefined, {
    Authorization: `Bearer ${token}`,
  });
  for (const { path, status, body } of [...answers, { path: "copy", ...copy }]) {
    assert.equal(status, 200, path);
    assert.doesNotMatch(JSON.stringify(body), new RegExp(`\\b${secret}\\b`), path);
  }
});
