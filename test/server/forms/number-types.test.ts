// Numbers that cannot be asked, or only at a price that a stranger may earn from.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const channels = ["sms", "rcs", "whatsApp"] as const;
const makeForm = async (over: Record<string, unknown>): Promise<{ id: string }> =>
  (await app.call("POST", "/v1/forms", formBody(over))).body;
const submit = ({ id }: { id: string }, address: string) =>
  app.call("POST", `/public/forms/${id}/submissions`, { address });
const made = async () => {
  const [counts] = await app.database.sql<{ profiles: number; messages: number }[]>`
    select (select count(*)::int from profiles) as profiles,
      (select count(*)::int from messages) as messages`;
  return counts;
};

for (const [kind, address] of [
  ["premium rate", "+449098790000"],
  ["premium rate of the world", "+979123456789"],
  ["shared cost", "+491801234567"],
  ["shared cost of the world", "+80812345678"],
  ["personal", "+447070123456"],
  ["pager", "+447640123456"],
  ["company", "+443001234567"],
  ["voicemail", "+41860123456789"],
  ["satellite", "+881631234567"],
  ["ship", "+870773111632"],
  ["network of no country", "+882161234567"],
  ["network of no country that the plan does not know", "+8835100123456"],
  ["universal personal", "+878101234567890"],
] as const) {
  for (const confirm of ["none", "double"]) {
    test(`a ${kind} number is refused on every channel, confirm ${confirm}`, async () => {
      const before = await made();
      for (const channel of channels) {
        const { status, body } = await submit(await makeForm({ channel, confirm }), address);
        assert.deepEqual([status, body.code, body.issues[0].path], [422, "invalid", "address"]);
        assert.match(body.issues[0].message, /Write a mobile number/);
      }
      assert.deepEqual(await made(), before);
    });
  }
}

for (const [kind, address] of [
  ["landline", "+442079460123"],
  ["toll-free", "+448081570123"],
] as const) {
  test(`a ${kind} number is refused for texts, and accepted for WhatsApp`, async () => {
    const statuses = channels.map(
      async (channel) => (await submit(await makeForm({ channel }), address)).status,
    );
    assert.deepEqual(await Promise.all(statuses), [422, 422, 200]);
  });
}

for (const [kind, address] of [
  ["mobile", "+4915123456789"],
  ["landline or mobile", "+15017122661"],
  ["unknown", "+447700900123"],
] as const) {
  test(`a ${kind} number is accepted on every channel`, async () => {
    const statuses = channels.map(
      async (channel) => (await submit(await makeForm({ channel }), address)).status,
    );
    assert.deepEqual(await Promise.all(statuses), [200, 200, 200]);
  });
}

test("the answer to a landline is the same whether it is known or not", async () => {
  const [known, unknown] = ["+442079460124", "+442079460125"];
  await app.call("POST", "/v1/profiles", { phoneNumber: known, optIn: { sms: true } });
  const form = await makeForm({});
  const answers = [await submit(form, known), await submit(form, unknown)];
  assert.deepEqual(answers[0]?.body, answers[1]?.body);
});

test("the visitor reads the reason in their own language", async () => {
  const { id } = await makeForm({ language: "de" });
  const { body } = await app.call("POST", `/public/forms/${id}/submissions?lang=de`, {
    address: "+442079460123",
  });
  assert.match(body.detail, /Bitte geben Sie eine Mobilnummer ein/);
});
