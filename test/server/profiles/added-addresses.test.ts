// An address that a profile is given after it was opted in carries no consent, whichever way it
// comes.

import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

let last = 0;
const newNumber = () => `+4477009007${String(++last).padStart(2, "0")}`;

/** A profile that was opted in on SMS, RCS and e-mail, and has no phone number. */
async function optedInBefore(id: string) {
  const email = `${id}@c.de`;
  const { body } = await app.call("POST", "/v1/profiles", {
    id,
    email,
    optIn: { sms: true, rcs: true, email: true },
  });
  assert.deepEqual([body.optIn.sms, body.phoneNumber], [true, null]);
}

const flagsOf = async (id: string) => {
  const { sms, rcs, email } = (await app.call("GET", `/v1/profiles/${id}`)).body.optIn;
  return { sms, rcs, email };
};
const lastEvent = async (id: string, channel: string) => {
  const { items } = (await app.call("GET", `/v1/profiles/${id}/events`)).body;
  return items.find((event: { channel: string }) => event.channel === channel);
};
const patch = (id: string, body: object) => app.call("PATCH", `/v1/profiles/${id}`, body);
const importRow = async (row: object, more: object = {}) => {
  const { body } = await app.call("POST", "/v1/profiles/import", { rows: [row], ...more });
  return body.items[0];
};
const merge = (id: string, from: string) => app.call("POST", `/v1/profiles/${id}/merge`, { from });

const ways: [string, (id: string) => Promise<unknown>][] = [
  ["PATCH", (id) => patch(id, { phoneNumber: newNumber() })],
  ["an import that finds it by its id", (id) => importRow({ id, phoneNumber: newNumber() })],
  [
    "an import that finds it by its other address",
    (id) => importRow({ email: `${id}@c.de`, phoneNumber: newNumber() }),
  ],
  [
    "a merge with one that has it",
    async (id) => {
      await app.call("POST", "/v1/profiles", { id: `${id}-other`, phoneNumber: newNumber() });
      await merge(id, `${id}-other`);
    },
  ],
  [
    "a merge into one that has it",
    async (id) => {
      await app.call("POST", "/v1/profiles", { id: `${id}-other`, phoneNumber: newNumber() });
      await merge(`${id}-other`, id);
    },
  ],
];

describe("a number that comes after the opt-in is opted out, and nothing else, by", () => {
  for (const [index, [what, give]] of ways.entries()) {
    it(what, async () => {
      const id = `late-${index}`;
      await optedInBefore(id);
      await give(id);
      const { items } = (await app.call("GET", `/v1/profiles?email=${id}@c.de`)).body;
      const [{ id: found, phoneNumber }] = items;
      assert.match(phoneNumber, /^\+4477/);
      assert.deepEqual(await flagsOf(found), { sms: false, rcs: false, email: true });
      const message = {
        to: { phoneNumber },
        rules: ["sms", "rcs"],
        body: "Hi",
        requireOptIn: true,
      };
      assert.equal((await app.call("POST", "/v1/messages", message)).body.code, "opt_in_required");
    });
  }
});

test("PATCH and an import say why in the event", async () => {
  for (const [index, [, give]] of ways.slice(0, 2).entries()) {
    const id = `why-${index}`;
    await optedInBefore(id);
    await give(id);
    const { from, to, reason } = await lastEvent(id, "sms");
    assert.deepEqual([from, to, reason], [true, false, "The address was added after the opt-in."]);
  }
});

test("the call that adds the address may opt it in, with an event that comes after", async () => {
  const evidence = { text: "Asked at the counter" };
  await optedInBefore("patched");
  await patch("patched", { phoneNumber: newNumber(), optIn: { sms: true }, evidence });
  assert.deepEqual(await flagsOf("patched"), { sms: true, rcs: false, email: true });
  await optedInBefore("imported");
  const row = { id: "imported", phoneNumber: newNumber(), optIn: { sms: true }, evidence };
  const expected = { sms: true, rcs: false };
  assert.deepEqual((await importRow(row, { dryRun: true })).optIn, expected);
  assert.deepEqual((await importRow(row)).optIn, expected);
  assert.deepEqual(await flagsOf("imported"), { sms: true, rcs: false, email: true });
  assert.deepEqual((await importRow(row)).outcome, "unchanged");
  for (const id of ["patched", "imported"]) {
    const event = await lastEvent(id, "sms");
    assert.deepEqual([event.to, event.evidence], [true, evidence]);
  }
});

test("a dry run of an import tells what would be opted out, and opts nobody out", async () => {
  await optedInBefore("dry");
  const row = { id: "dry", phoneNumber: newNumber() };
  const dry = await importRow(row, { dryRun: true });
  assert.deepEqual([dry.outcome, dry.optIn], ["updated", { sms: false, rcs: false }]);
  assert.deepEqual(await flagsOf("dry"), { sms: true, rcs: true, email: true });
  assert.deepEqual((await importRow(row)).optIn, dry.optIn);
});

test("an opt-in of the address itself outlives a merge, with one that was opted in without it", async () => {
  const phoneNumber = newNumber();
  await optedInBefore("without");
  await app.call("POST", "/v1/profiles", { id: "with", phoneNumber, optIn: { sms: true } });
  await merge("without", "with");
  assert.deepEqual(await flagsOf("without"), { sms: true, rcs: false, email: true });
  const { actor } = await lastEvent("without", "sms");
  assert.equal(actor.merged, "with");
});

test("an opt-in that no address stands against is still joined by a merge", async () => {
  await optedInBefore("joins");
  await app.call("POST", "/v1/profiles", { id: "joined" });
  await merge("joined", "joins");
  assert.deepEqual(await flagsOf("joined"), { sms: true, rcs: true, email: true });
});

test("what is in by default stays in, as nobody's consent was asked for", async () => {
  await app.call("PUT", "/v1/profiles/optin", { sms: true });
  for (const id of ["default-patched", "default-imported", "default-merged"]) {
    await app.call("POST", "/v1/profiles", { id });
  }
  await app.call("POST", "/v1/profiles", { id: "default-has", phoneNumber: newNumber() });
  await app.call("PUT", "/v1/profiles/optin", { sms: false });
  await patch("default-patched", { phoneNumber: newNumber() });
  await importRow({ id: "default-imported", phoneNumber: newNumber() });
  await merge("default-merged", "default-has");
  for (const id of ["default-patched", "default-imported", "default-merged"]) {
    const { items } = (await app.call("GET", `/v1/profiles/${id}/optin`)).body;
    assert.deepEqual([items[0].optedIn, items[0].source], [true, "default"], id);
  }
});

test("a form adds its address to nobody who was opted in without it", async () => {
  await optedInBefore("has-no-number");
  const { body: form } = await app.call("POST", "/v1/forms", formBody({ channel: "rcs" }));
  const address = newNumber();
  await app.call("POST", `/public/forms/${form.id}/submissions`, { address, wording: 1 });
  const { body } = await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(address)}`);
  const { sms, rcs } = body.items[0].optIn;
  assert.deepEqual([body.items.length, sms, rcs], [1, false, true]);
  assert.equal((await app.call("GET", "/v1/profiles/has-no-number")).body.phoneNumber, null);
});

test("an opt-out stays one, whatever address comes", async () => {
  await optedInBefore("said-no");
  await app.call("DELETE", "/v1/profiles/said-no/optin?channel=sms&reason=No");
  await patch("said-no", { phoneNumber: newNumber() });
  const { to, reason } = await lastEvent("said-no", "sms");
  assert.deepEqual([to, reason], [false, "No"]);
});
