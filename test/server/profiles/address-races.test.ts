import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const canSend = async (phoneNumber: string) => {
  const { items } = (
    await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(phoneNumber)}`)
  ).body;
  return items[0]?.optIn.sms;
};

/** Gives a profile another number, and does `work` after the change and before its commit. */
async function whileTheNumberChanges(
  id: string,
  to: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const { sql } = app.database;
  let working: Promise<unknown> | undefined;
  await sql.begin(async (tx) => {
    await tx`select from profiles where id = ${id} for update`;
    await tx`update profiles set phone_number = ${to} where id = ${id}`;
    working = work();
    for (;;) {
      const [waiting] = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`;
      if (waiting) return;
    }
  });
  await working;
}

test("a STOP that comes while its number goes to nobody stops that number, and no other", async () => {
  await app.call("PUT", "/v1/profiles/optin", { sms: true });
  await app.call("POST", "/v1/rules", { channel: "sms", keyword: "stop", action: "optOut" });
  await app.call("POST", "/v1/profiles", { id: "moves", phoneNumber: "+447700900501" });
  const stop = { channel: "sms", from: "+447700900501", to: "12345", body: "STOP" };
  await whileTheNumberChanges("moves", "+447700900502", () =>
    app.call("POST", "/v1/messages/inbounds", stop),
  );
  assert.equal(await canSend("+447700900501"), false);
  assert.equal(await canSend("+447700900502"), true);
  await app.call("PUT", "/v1/profiles/optin", { sms: false });
});

test("a submission that comes while its number changes hands opts no other number in", async () => {
  const { body: form } = await app.call("POST", "/v1/forms", formBody());
  await app.call("POST", "/v1/profiles", { id: "changes", phoneNumber: "+447700900503" });
  await whileTheNumberChanges("changes", "+447700900504", () =>
    app.call("POST", `/public/forms/${form.id}/submissions`, {
      address: "+447700900503",
      wording: 1,
    }),
  );
  assert.equal(await canSend("+447700900503"), true);
  assert.equal(await canSend("+447700900504"), false);
});

test("a message to a number that changes hands meanwhile goes to nobody else", async () => {
  await app.call("POST", "/v1/profiles", { id: "gives", phoneNumber: "+447700900505" });
  let sent: { body: { messageId: string } } | undefined;
  await whileTheNumberChanges("gives", "+447700900506", async () => {
    sent = await app.call("POST", "/v1/messages", {
      to: { phoneNumber: "+447700900505" },
      rules: ["sms"],
      body: "Hi",
    });
  });
  const message = (await app.call("GET", `/v1/messages/${sent?.body.messageId}`)).body;
  assert.notEqual(message.profileId, "gives");
});

test("60 times a change of number and a STOP at once, the old number is always stopped", async () => {
  await app.call("PUT", "/v1/profiles/optin", { sms: true });
  for (let i = 0; i < 60; i++) {
    const [from, to] = [`+4477009${10_000 + i}`, `+4477009${20_000 + i}`];
    await app.call("POST", "/v1/profiles", { id: `race-${i}`, phoneNumber: from });
    const [, received] = await Promise.all([
      app.call("PATCH", `/v1/profiles/race-${i}`, { phoneNumber: to }),
      app.call("POST", "/v1/messages/inbounds", {
        channel: "sms",
        from,
        to: "12345",
        body: "STOP",
      }),
    ]);
    assert.equal(received.body.action, "optOut");
    await app.call("POST", "/v1/messages", {
      to: { phoneNumber: from },
      rules: ["sms"],
      body: "Hi",
    });
    assert.equal(await canSend(from), false, from);
  }
  await app.call("PUT", "/v1/profiles/optin", { sms: false });
});

test("a profile that is deleted while a flag is set is not found, and nothing is half done", async () => {
  const { sql } = app.database;
  await app.call("POST", "/v1/profiles", { id: "vanishes", phoneNumber: "+447700900507" });
  let working: ReturnType<typeof app.call> | undefined;
  await sql.begin(async (tx) => {
    await tx`select from profiles where id = 'vanishes' for update`;
    await tx`select delete_profile('vanishes')`;
    working = app.call("PUT", "/v1/profiles/vanishes/optin", { channels: ["sms"] });
    for (;;) {
      const [waiting] = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`;
      if (waiting) return;
    }
  });
  assert.equal((await working)?.status, 404);
});

test("messages at once that name the same person by id and number all go", async () => {
  const { sql } = app.database;
  const to = { profileId: "popular", phoneNumber: "+447700900508" };
  await app.call("POST", "/v1/profiles", { id: to.profileId, phoneNumber: to.phoneNumber });
  let sending: ReturnType<typeof app.call>[] = [];
  await sql.begin(async (tx) => {
    await tx`select from profiles where id = ${to.profileId} for update`;
    sending = Array.from({ length: 4 }, () =>
      app.call("POST", "/v1/messages", { to, rules: ["sms"], body: "Hi" }),
    );
    for (;;) {
      const waiting = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`;
      if (waiting.length >= 2) return;
    }
  });
  const sent = await Promise.all(sending);
  assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([201]));
});

test("a batch and a call that changes two of its people do not wait for each other in a circle", async () => {
  const { sql } = app.database;
  await app.call("POST", "/v1/profiles", { id: "circle-1", phoneNumber: "+447700900512" });
  await app.call("POST", "/v1/profiles", { id: "circle-2", phoneNumber: "+447700900511" });
  const batch = ["+447700900511", "+447700900512"].map((phoneNumber) => ({
    to: { phoneNumber },
    rules: ["sms"],
    body: "Hi",
  }));
  let sending: ReturnType<typeof app.call> | undefined;
  await sql.begin(async (tx) => {
    await tx`select from profiles where id = 'circle-1' for update`;
    sending = app.call("POST", "/v1/messages/batch", batch);
    for (;;) {
      const [waiting] = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`;
      if (waiting) break;
    }
    await tx`select from profiles where id = 'circle-2' for update`;
  });
  assert.equal((await sending)?.status, 202);
});
