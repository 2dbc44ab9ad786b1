// Whom a message may go out to, asked for many people in one call.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  await app.call("POST", "/v1/profiles/import", {
    rows: [
      { id: "in", email: "In@example.com", phoneNumber: "+447700900111", optIn: { email: true } },
      { id: "out", email: "out@example.com", optIn: { email: false, sms: true } },
      { id: "unasked", email: "unasked@example.com" },
      { id: "gone", email: "gone@example.com", optIn: { email: true } },
    ],
  });
  await app.call("DELETE", "/v1/profiles/gone?forget=true");
  await app.call("POST", "/v1/profiles", { id: "back", email: "gone@example.com" });
});
after(() => app.end());

const ask = (body: unknown) => app.call("POST", "/v1/can-send", body);

test("each is answered in the order of the question, as one by one", async () => {
  const profileIds = ["unasked", "in", "nobody", "out", "back", "in"];
  const { status, body } = await ask({ channel: "email", profileIds });
  assert.equal(status, 200);
  assert.deepEqual(
    body.items.map((item: Record<string, unknown>) => [item.profileId, item.reason, item.canSend]),
    [
      ["unasked", "opted_out", false],
      ["in", null, true],
      [null, "no_profile", false],
      ["out", "opted_out", false],
      ["back", "forgotten", false],
      ["in", null, true],
    ],
  );
  for (const id of ["unasked", "in", "out", "back"]) {
    const alone = (await app.call("GET", `/v1/profiles/${id}/can-send?channel=email`)).body;
    const among = body.items.find((item: { profileId: string }) => item.profileId === id);
    assert.deepEqual([among.canSend, among.reason], [alone.canSend, alone.reason], id);
  }
});

test("addresses find their people in any spelling, and what is none is said to be none", async () => {
  const addresses = ["IN@EXAMPLE.com", "nobody@example.com", "no address"];
  const { body } = await ask({ channel: "email", profileIds: ["out"], addresses });
  assert.deepEqual(body.items, [
    { profileId: "out", canSend: false, reason: "opted_out" },
    { profileId: "in", address: "IN@EXAMPLE.com", canSend: true, reason: null },
    { profileId: null, address: "nobody@example.com", canSend: false, reason: "no_profile" },
    { profileId: null, address: "no address", canSend: false, reason: "invalid_address" },
  ]);
  const sms = await ask({ channel: "sms", profileIds: ["out"], addresses: ["+44 7700 900111"] });
  assert.deepEqual(
    sms.body.items.map((item: Record<string, unknown>) => [item.profileId, item.reason]),
    [
      ["out", "no_address"],
      ["in", "opted_out"],
    ],
  );
});

test("5,000 are answered, and 5,001 or nobody refused", async () => {
  const profileIds = Array.from({ length: 5_000 }, (_, index) => `crowd-${index}`.padEnd(64, "0"));
  const { status, body } = await ask({ channel: "sms", profileIds });
  assert.deepEqual([status, body.items.length], [200, 5_000]);
  assert.equal(
    (await ask({ channel: "sms", profileIds, addresses: ["+447700900111"] })).status,
    422,
  );
  assert.equal((await ask({ channel: "sms" })).status, 422);
});
