// Addresses as people, spreadsheets and gateways write them, by every way in.

import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import fc from "fast-check";
import { normaliseAddress } from "../../../server/addresses/normalise.ts";
import { readSender } from "../../../server/addresses/phone-numbers.ts";
import type { ShownForm } from "../../../server/schemas/forms.ts";
import { complaint } from "../../../widgets/opt-in-form/explain.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

type Case = { written: string; expected: string | null; country?: string | null };

const phones = readCases<{ cases: Case[] }>("phones").cases;
const emails = readCases<{ cases: Case[] }>("emails").cases;

/** What an import stores of an address; null where it refuses the row. */
async function imported(row: Record<string, string>, defaultCountry?: string | null) {
  const { body } = await app.call("POST", "/v1/profiles/import", { rows: [row], defaultCountry });
  const { profileId } = body.items[0];
  return profileId === null ? null : (await app.call("GET", `/v1/profiles/${profileId}`)).body;
}

describe("a phone number", () => {
  for (const { written, country = null, expected } of phones) {
    it(`${written} in ${country ?? "no country"} is ${expected ?? "refused"}`, async () => {
      const stored = await imported({ phoneNumber: written }, country);
      assert.equal(stored?.phoneNumber ?? null, expected);
    });
  }

  const spellings: [written: string, country: string | null, expected: string][] = [
    ["++44 7700 900123", null, "+447700900123"],
    ["tel:+44-7700-900123;ext=", null, "+447700900123"],
    ["\u2068+44\u00a07700\u2011900123\u2069,", null, "+447700900123"],
    ["44 7700 900123.0", "GB", "+447700900123"],
    ["15112345678", "DE", "+4915112345678"],
    ["+54 11 15 2345-6789", null, "+5491123456789"],
    ["521 55 1234 5678", "MX", "+525512345678"],
  ];
  for (const [written, country, expected] of spellings) {
    it(`${written} in ${country ?? "no country"} is ${expected}`, () => {
      assert.equal(normaliseAddress("phoneNumber", written, { path: "", country }), expected);
    });
  }
});

describe("an e-mail address", () => {
  for (const { written, expected } of emails) {
    it(`${JSON.stringify(written)} is ${expected ?? "refused"}`, async () => {
      assert.equal((await imported({ email: written }))?.email ?? null, expected);
    });
  }

  const spellings: [written: string, expected: string][] = [
    ["<mailto:jo@Example.COM?subject=Hi>", "jo@example.com"],
    ['"Smith, Jo" <jo@example.com>;', "jo@example.com"],
    ["“jo@example.com”", "jo@example.com"],
    ["jo＠example.com.", "jo@example.com"],
    ["jo@example.com (Jo)", "jo@example.com"],
    ["a..b@docomo.example", "a..b@docomo.example"],
    ["jo@пример.example", "jo@xn--e1afmkfd.example"],
  ];
  for (const [written, expected] of spellings) {
    it(`${JSON.stringify(written)} is ${expected}`, () => {
      assert.equal(normaliseAddress("email", written, { path: "" }), expected);
    });
  }

  const none = [".jo@example.com", "jo@1.2", "jo@a%62.com", "jo@exam_ple.com", "a@b.com c@d.com"];
  for (const written of none) {
    it(`${written} is none`, () => {
      assert.throws(() => normaliseAddress("email", written, { path: "" }), { code: "invalid" });
    });
  }

  it("once cleaned is the same when it is cleaned again", () => {
    fc.assert(
      // A quote in front is taken for one that was pasted along.
      fc.property(
        fc.emailAddress().filter((one) => /^[a-z0-9]/i.test(one)),
        (written) => {
          const once = normaliseAddress("email", written, { path: "" });
          assert.equal(normaliseAddress("email", once, { path: "" }), once);
        },
      ),
    );
  });
});

test("the form sends whatever the server can read", () => {
  const texts = { missing: "missing", invalid: "invalid" } as ShownForm["texts"];
  for (const [kind, cases] of [
    ["email", emails],
    ["phoneNumber", phones],
  ] as const)
    for (const { written, expected } of cases)
      if (expected !== null) assert.equal(complaint(kind, written.trim(), texts), undefined);
});

test("a form, the API and a query take one spelling for another", async () => {
  const form = (await app.call("POST", "/v1/forms", formBody({ channel: "email" }))).body;
  await app.call("POST", `/public/forms/${form.id}/submissions`, {
    address: "Kim <kim@BÜCHER.example>,",
    wording: form.wording.number,
  });
  const address = "kim@xn--bcher-kva.example";
  const path = `/v1/profiles?email=${encodeURIComponent("<kim@bücher.example>")}`;
  assert.deepEqual(
    (await app.call("GET", path)).body.items.map(({ email }: { email: string }) => email),
    [address],
  );
  const again = await app.call("POST", "/v1/profiles", { email: "mailto:kim@bücher。example" });
  assert.equal(again.status, 409);
});

describe("a message's sender", () => {
  const { cases } = readCases<{ cases: { channel: string; from: string; expected: string }[] }>(
    "inbound-from",
  );
  for (const { channel, from, expected } of cases) {
    it(`${from} on ${channel} is ${expected}`, async () => {
      const to = channel === "email" ? "news@example.com" : "+447700900001";
      const { status, body } = await app.call("POST", "/v1/messages/inbounds", {
        channel,
        from,
        to,
        body: "Hello",
      });
      assert.deepEqual([status, body.from], [201, expected]);
    });
  }

  const spellings: [from: string, country: string | null, expected: string | undefined][] = [
    ["447700900304", "DE", "+447700900304"],
    ["whatsapp:+447700900304", null, "+447700900304"],
    ["447700900304:12@s.whatsapp.net", null, "+447700900304"],
    ["00 44 7700 900304", "US", "+447700900304"],
    ["07700 900304", "GB", "+447700900304"],
    ["7911123456", "GB", "+447911123456"],
    ["2025550123", "US", "+12025550123"],
    ["5215512345678", null, "+525512345678"],
    ["12345", "GB", undefined],
  ];
  for (const [from, country, expected] of spellings) {
    it(`${from} to a number of ${country ?? "no country"} is ${expected ?? "none"}`, () => {
      assert.equal(readSender(from, country), expected);
    });
  }

  it("that is digits and no possible number is kept and shown, without a profile", async () => {
    const { status, body } = await app.call("POST", "/v1/messages/inbounds", {
      channel: "sms",
      from: "60 123",
      to: "60060",
      body: "STOP",
    });
    assert.deepEqual([status, body.from, body.profileId], [201, "60123", null]);
  });
});
