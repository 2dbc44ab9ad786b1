// Twilio's reports of what became of a message, signed as Twilio signs.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";
import { until } from "../../support/until.ts";

const authToken = "a token of the tests alone";
const publicUrl = "https://optin.example.com";
let app: TestApp;
let person: string;
let message: { id: string; sid: string };
let count = 0;

before(async () => {
  app = await testApp({
    publicUrl,
    providers: { twilioAuthToken: authToken, metaAppSecret: undefined, metaVerifyToken: undefined },
  });
});

after(() => app.end());

beforeEach(async () => {
  count += 1;
  const sid = `SM${String(count).padStart(32, "0")}`;
  person = (await app.call("POST", "/v1/profiles", { optIn: { sms: true } })).body.id;
  const [row] = await app.database.sql<[{ id: string }]>`
    insert into messages (profile_id, channel, require_opt_in, body, status, provider_id)
    values (${person}, 'sms', true, 'Hello', 'sent', ${sid}) returning id`;
  message = { id: row.id, sid };
});

/** As Twilio does: an HMAC-SHA1 of the address and the sorted parameters. */
async function report(parameters: Record<string, string>, token = authToken) {
  const all: Record<string, string> = { MessageSid: message.sid, AccountSid: "AC1", ...parameters };
  const content = Object.keys(all)
    .sort()
    .map((name) => name + all[name])
    .join("");
  const signature = createHmac("sha1", token)
    .update(`${publicUrl}/inbound/twilio/status${content}`)
    .digest("base64");
  return app.call("POST", "/inbound/twilio/status", new URLSearchParams(all).toString(), {
    Authorization: "",
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Twilio-Signature": signature,
  });
}

async function state() {
  const [row] = await app.database.sql<[{ status: string; reason: string | null }]>`
    select status, reason from messages where id = ${message.id}`;
  return [row.status, row.reason];
}

describe("a report", () => {
  it("moves the message forward: delivered, then read", async () => {
    assert.equal((await report({ MessageStatus: "delivered" })).status, 204);
    assert.deepEqual(await state(), ["delivered", null]);
    await report({ MessageStatus: "read" });
    assert.deepEqual(await state(), ["read", null]);
  });

  it("never moves it back", async () => {
    await report({ MessageStatus: "read" });
    for (const MessageStatus of [
      "queued",
      "sending",
      "sent",
      "delivered",
      "failed",
      "undelivered",
    ]) {
      assert.equal((await report({ MessageStatus })).status, 204);
      assert.deepEqual(await state(), ["read", null]);
    }
  });

  it("of a failure has Twilio's code as its reason", async () => {
    await report({ MessageStatus: "undelivered", ErrorCode: "30003" });
    assert.deepEqual(await state(), ["failed", "Twilio 30003"]);
  });

  it("of an opt-out at the carrier opts the person out, with the carrier as source", async () => {
    await report({ MessageStatus: "failed", ErrorCode: "21610" });
    assert.deepEqual(await state(), ["failed", "Twilio 21610"]);
    const { body } = await app.call("GET", `/v1/profiles/${person}/optin`);
    const sms = body.items.find(({ channel }: { channel: string }) => channel === "sms");
    assert.deepEqual(
      [sms.optedIn, sms.source, sms.actor],
      [false, "carrier", { message: message.id }],
    );
  });

  it("of another failure opts nobody out", async () => {
    await report({ MessageStatus: "failed", ErrorCode: "30007" });
    assert.equal((await app.call("GET", `/v1/profiles/${person}`)).body.optIn.sms, true);
  });

  it("of a message that is not ours is taken, and changes nothing", async () => {
    assert.equal(
      (await report({ MessageSid: `SM${"f".repeat(32)}`, MessageStatus: "failed" })).status,
      204,
    );
    assert.deepEqual(await state(), ["sent", null]);
  });

  it("of an opt-out at the carrier counts for the number, where the message is not ours", async () => {
    const phoneNumber = "+447700900611";
    const optIn = { sms: true, whatsApp: true };
    const { id } = (await app.call("POST", "/v1/profiles", { phoneNumber, optIn })).body;
    const MessageSid = `SM${"e".repeat(32)}`;
    const refused = { MessageSid, MessageStatus: "undelivered", ErrorCode: "21610" };
    assert.equal((await report({ ...refused, To: `whatsapp:${phoneNumber}` })).status, 204);
    const flags = async () => (await app.call("GET", `/v1/profiles/${id}`)).body.optIn;
    assert.deepEqual([(await flags()).sms, (await flags()).whatsApp], [true, false]);
    assert.equal((await report({ ...refused, To: phoneNumber })).status, 204);
    assert.equal((await flags()).sms, false);
  });

  for (const anew of [true, false]) {
    const next = anew ? "has the number now" : "has the number next";
    it(`of an opt-out at the carrier is for whoever ${next}, where the profile was deleted`, async () => {
      const phoneNumber = `+44770090062${Number(anew)}`;
      const MessageSid = `SM${String(Number(anew)).repeat(32)}`;
      const made = { phoneNumber, optIn: { sms: true } };
      const make = async () => (await app.call("POST", "/v1/profiles", made)).body.id as string;
      const first = await make();
      await app.database.sql`
        insert into messages (profile_id, channel, require_opt_in, body, status, provider_id)
        values (${first}, 'sms', true, 'Hello', 'sent', ${MessageSid})`;
      await app.call("DELETE", `/v1/profiles/${first}`);
      const holder = anew ? await make() : undefined;
      const refused = { MessageSid, MessageStatus: "undelivered", ErrorCode: "21610" };
      assert.equal((await report({ ...refused, To: phoneNumber })).status, 204);
      const id = holder ?? (await app.call("POST", "/v1/profiles", { phoneNumber })).body.id;
      const { items } = (await app.call("GET", `/v1/profiles/${id}/optin`)).body;
      const sms = items.find(({ channel }: { channel: string }) => channel === "sms");
      assert.deepEqual([sms.optedIn, sms.source], [false, "carrier"]);
    });
  }

  it("of an opt-out at the carrier is for whoever has the number after a move that it waits for", async () => {
    const phoneNumber = "+447700900613";
    const { sql } = app.database;
    const make = async (body: object) =>
      (await app.call("POST", "/v1/profiles", { optIn: { sms: true }, ...body })).body.id as string;
    const [from, to] = [await make({ phoneNumber }), await make({})];
    let reported: Promise<unknown> | undefined;
    await app.database.dispatch.begin(async (tx) => {
      const [locked] = await tx<{ pid: number }[]>`
        select pg_backend_pid() as pid from profiles where id = ${from} for update`;
      const MessageSid = `SM${"e".repeat(32)}`;
      const refused = { MessageSid, MessageStatus: "failed", ErrorCode: "21610" };
      reported = report({ ...refused, To: phoneNumber });
      await until("the report to wait for the profile", async () => {
        const [row] = await sql`
          select from pg_stat_activity where datname = current_database()
            and ${locked?.pid ?? 0}::int = any (pg_blocking_pids(pid))`;
        return row;
      });
      await tx`update profiles set phone_number = null where id = ${from}`;
      await tx`update profiles set phone_number = ${phoneNumber} where id = ${to}`;
    });
    await reported;
    const { items } = (await app.call("GET", `/v1/profiles/${to}/optin`)).body;
    const sms = items.find(({ channel }: { channel: string }) => channel === "sms");
    assert.deepEqual([sms.optedIn, sms.source], [false, "carrier"]);
  });

  it("of an opt-out at the carrier is kept for a number that nobody has yet", async () => {
    const phoneNumber = "+447700900612";
    const MessageSid = `SM${"d".repeat(32)}`;
    await report({ MessageSid, MessageStatus: "failed", ErrorCode: "21610", To: phoneNumber });
    const { body } = await app.call("POST", "/v1/profiles", { phoneNumber });
    const { items } = (await app.call("GET", `/v1/profiles/${body.id}/optin`)).body;
    const sms = items.find(({ channel }: { channel: string }) => channel === "sms");
    assert.deepEqual([sms.optedIn, sms.source], [false, "carrier"]);
  });

  it("whose id is none of Twilio's is refused", async () => {
    const { status } = await report({ MessageSid: "SM1NumMedia0", MessageStatus: "delivered" });
    assert.equal(status, 422);
  });

  it("that overtakes the commit of what it reports on is not lost", async () => {
    await app.database
      .sql`update messages set status = 'processing', provider_id = null where id = ${message.id}`;
    const reported = report({ MessageStatus: "delivered" });
    await app.database.sql`
      update messages set status = 'sent', provider_id = ${message.sid} where id = ${message.id}`;
    await reported;
    assert.deepEqual(await state(), ["delivered", null]);
  });

  it("that Twilio has not signed is refused, and changes nothing", async () => {
    const { status, body } = await report(
      { MessageStatus: "failed", ErrorCode: "21610" },
      "another token entirely",
    );
    assert.deepEqual([status, body.code], [403, "bad_signature"]);
    assert.deepEqual(await state(), ["sent", null]);
  });
});
