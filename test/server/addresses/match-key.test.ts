// One phone, several spellings of its number: whoever is looked up by one is found by the others.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it, test } from "node:test";
import fc from "fast-check";
import { matchKey } from "../../../server/addresses/match-key.ts";
import { holdSomeTwins } from "../../../server/profiles/twins.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";

const appSecret = "meta-app-secret-of-the-tests";

let app: TestApp;
before(async () => {
  app = await testApp({
    providers: { twilioAuthToken: undefined, metaAppSecret: appSecret, metaVerifyToken: "token" },
  });
  for (const channel of ["sms", "whatsApp"])
    await app.call("POST", "/v1/rules/presets", { channel, preset: "stop", reply: null });
});
after(() => app.end());

let count = 0;
/** A phone of a country whose numbers have two spellings: as it is written, and otherwise. */
const phones = {
  Argentina: () => {
    const rest = `11${String(20_000_000 + count++)}`;
    return [`+54${rest}`, `+549${rest}`] as const;
  },
  Brazil: () => {
    const rest = String(80_000_000 + count++);
    return [`+55319${rest}`, `+5531${rest}`] as const;
  },
};
const countries = Object.entries(phones);

const profile = async (phoneNumber: string, more: object = {}) =>
  (await app.call("POST", "/v1/profiles", { phoneNumber, ...more })).body;
const find = async (phoneNumber: string) =>
  (await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(phoneNumber)}`)).body.items;
const flagsOf = async (id: string) => (await app.call("GET", `/v1/profiles/${id}`)).body.optIn;
const receive = (channel: string, from: string, body: string) =>
  app.call("POST", "/v1/messages/inbounds", { channel, from, to: "+447700900001", body });

test("the key in SQL is the key in TypeScript, and all spellings of a number share it", async () => {
  const number = fc
    .tuple(
      fc.constantFrom("+52", "+521", "+54", "+549", "+55", "+5531", "+55319", "+44"),
      fc.stringMatching(/^\d{7,11}$/),
    )
    .map((parts) => parts.join(""));
  const numbers = fc.sample(number, 2000);
  const rows = await app.database.sql<{ number: string; key: string; spellings: string[] }[]>`
    select number, match_key(number) as key, to_json(spellings('phoneNumber', number)) as spellings
    from jsonb_array_elements_text(${app.database.sql.json(numbers)}) number`;
  assert.equal(rows.length, numbers.length);
  for (const { number, key, spellings } of rows) {
    assert.equal(key, matchKey(number), number);
    assert.equal(matchKey(key), key, number);
    assert.ok(spellings.includes(number), number);
    for (const spelling of spellings) assert.equal(matchKey(spelling), key, spelling);
  }
});

test("landlines of Brazil and other countries' numbers have one spelling", () => {
  for (const number of ["+553133334444", "+5531933334444", "+447700900123", "+5491123"])
    assert.equal(matchKey(number), number);
});

type Variant = { stored: string; wa_id: string };
for (const { stored, wa_id } of readCases<{ cases: Variant[] }>("meta-national-variants").cases) {
  test(`a STOP of WhatsApp's ${wa_id} opts ${stored} out`, async () => {
    const { id } = await profile(stored, { optIn: { whatsApp: true } });
    const message = { from: wa_id, id: `wamid.${wa_id}`, type: "text", text: { body: "STOP" } };
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: "447700900001" },
      messages: [message],
    };
    const body = JSON.stringify({
      object: "whatsapp_business_account",
      entry: [{ changes: [{ value }] }],
    });
    const signature = createHmac("sha256", appSecret).update(body).digest("hex");
    await app.call("POST", "/inbound/meta", body, {
      Authorization: "",
      "Content-Type": "application/json",
      "X-Hub-Signature-256": `sha256=${signature}`,
    });
    assert.equal((await flagsOf(id)).whatsApp, false);
  });
}

for (const [country, phone] of countries) {
  describe(`a phone of ${country}`, () => {
    it("is found by each spelling, and keeps its own", async () => {
      const [written, other] = phone();
      const { id } = await profile(written);
      for (const spelling of [written, other])
        assert.deepEqual(
          (await find(spelling)).map((one: { id: string }) => one.id),
          [id],
        );
      assert.equal((await find(other))[0].phoneNumber, written);
    });

    it("belongs to one profile: made, changed, submitted, imported, written to", async () => {
      const [written, other] = phone();
      const { id } = await profile(written, { properties: { a: "1" } });
      const again = await app.call("POST", "/v1/profiles", { phoneNumber: other });
      assert.deepEqual(
        [again.status, again.body.code, again.body.issues[0].path],
        [409, "address_in_use", "phoneNumber"],
      );
      const { id: another } = await profile(`+447700900${100 + count++}`);
      const changed = await app.call("PATCH", `/v1/profiles/${another}`, { phoneNumber: other });
      assert.equal(changed.status, 409);
      const form = (await app.call("POST", "/v1/forms", formBody({ countries: [] }))).body;
      await app.call("POST", `/public/forms/${form.id}/submissions`, {
        address: other,
        wording: form.wording.number,
      });
      assert.equal((await flagsOf(id)).sms, true);
      const { body } = await app.call("POST", "/v1/profiles/import", {
        rows: [
          { phoneNumber: other, properties: { b: "2" } },
          { phoneNumber: written, properties: { c: "3" } },
        ],
      });
      assert.deepEqual(
        body.items.map((item: { outcome: string; profileId: string }) => [
          item.outcome,
          item.profileId,
        ]),
        [
          ["updated", id],
          ["updated", id],
        ],
      );
      const sent = await app.call("POST", "/v1/messages", {
        to: { phoneNumber: other },
        rules: ["sms"],
        body: "Hello",
      });
      assert.equal(sent.status, 201);
      assert.equal((await find(other)).length, 1);
    });

    it("stays opted out, whichever spelling comes after the profile was deleted", async () => {
      const [written, other] = phone();
      const { id } = await profile(written, { optIn: { sms: true } });
      await receive("sms", other, "STOP");
      assert.equal((await flagsOf(id)).sms, false);
      await app.call("DELETE", `/v1/profiles/${id}`);
      const next = await profile(other);
      const { items } = (await app.call("GET", `/v1/profiles/${next.id}/optin`)).body;
      const sms = items.find((one: { channel: string }) => one.channel === "sms");
      assert.deepEqual([sms.optedIn, sms.source], [false, "rule"]);
    });

    it("stays out by an opt-out that an older version kept for the number as written", async () => {
      const [written, other] = phone();
      const { sql } = app.database;
      for (const spelling of [written, other])
        await sql`
          insert into kept_opt_outs (address_hash, channel, source)
          values (keyed_hash(${`phoneNumber:${spelling}`}), 'sms', 'carrier')`;
      const { id } = await profile(other);
      const { items } = (await app.call("GET", `/v1/profiles/${id}/optin`)).body;
      const sms = items.find((one: { channel: string }) => one.channel === "sms");
      assert.deepEqual([sms.optedIn, sms.source], [false, "carrier"]);
      const left = await sql`
        select from kept_opt_outs where address_hash = any (address_hashes('phoneNumber', ${other}))
          and channel = 'sms'`;
      assert.equal(left.length, 0);
    });

    it("is asked for one confirmation, whichever spelling somebody submits", async () => {
      const body = formBody({ confirm: "double", countries: [] });
      const form = (await app.call("POST", "/v1/forms", body)).body;
      const [written, other] = phone();
      for (const address of [written, other])
        await app.call("POST", `/public/forms/${form.id}/submissions`, {
          address,
          wording: form.wording.number,
        });
      const sent = await app.database.sql`
        select from messages where address = any (spellings('phoneNumber', ${written}))`;
      assert.equal(sent.length, 1);
    });
  });

  describe(`twins of ${country}, as an older version made them`, () => {
    async function twins(opted: object[] = [{}, {}]) {
      const [written, other] = phone();
      const one = await profile(written, opted[0]);
      const two = await profile(`+447700${String(910_000 + count++)}`, opted[1]);
      const { sql } = app.database;
      await sql`update profiles set phone_number = ${other} where id = ${two.id}`;
      return [one.id, two.id] as [string, string];
    }

    it("are both opted out by an opt-out of either, whatever sets it", async () => {
      const both = { optIn: { sms: true, whatsApp: true, email: true } };
      const [one, two] = await twins([both, both]);
      await app.call("PATCH", `/v1/profiles/${two}`, { optIn: { sms: false } });
      assert.deepEqual([(await flagsOf(one)).sms, (await flagsOf(two)).sms], [false, false]);
      const { phoneNumber } = (await app.call("GET", `/v1/profiles/${one}`)).body;
      await receive("whatsApp", phoneNumber, "STOP");
      assert.deepEqual(
        [(await flagsOf(one)).whatsApp, (await flagsOf(two)).whatsApp],
        [false, false],
      );
      assert.deepEqual([(await flagsOf(one)).email, (await flagsOf(two)).email], [true, true]);
    });

    it("are opted out where one had opted out before the upgrade, once", async () => {
      const [one, two] = await twins([{ optIn: { sms: true } }, { optIn: { sms: false } }]);
      const { sql } = app.database;
      await sql`delete from settings where name = 'twins_held_out'`;
      while (await holdSomeTwins(sql, 2));
      assert.equal((await flagsOf(one)).sms, false);
      assert.equal((await flagsOf(two)).sms, false);
      const [event] = (await app.call("GET", `/v1/profiles/${one}/events?limit=1`)).body.items;
      assert.match(event.reason, /another spelling/);
      while (await holdSomeTwins(sql, 2));
      assert.deepEqual(
        (await app.call("GET", `/v1/profiles/${one}/events?limit=1`)).body.items[0].id,
        event.id,
      );
    });

    it("are listed beside each other until they are merged, and merge", async () => {
      const [one, two] = await twins();
      const list = async () =>
        (await app.call("GET", "/v1/profiles?twins=true&limit=200")).body.items
          .map(({ id }: { id: string }) => id)
          .filter((id: string) => id === one || id === two);
      assert.deepEqual(await list(), [one, two]);
      assert.equal(
        (await app.call("POST", `/v1/profiles/${one}/merge`, { from: two })).status,
        200,
      );
      assert.deepEqual(await list(), []);
    });
  });
}
