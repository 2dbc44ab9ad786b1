// How a confirmation is sent: to the address as it was typed, unless its carrier or the person
// stopped it meanwhile.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { confirmationMessage } from "../../../server/forms/confirmations.ts";
import { createForm } from "../../../server/forms/forms.ts";
import { readPublicForm, submitForm } from "../../../server/forms/submissions.ts";
import type { FormBody, PublicForm } from "../../../server/schemas/forms.ts";
import { formBody } from "../../support/app.ts";
import { type Queue, testQueue } from "../../support/dispatching.ts";
import { scripted } from "../../support/scripted-transport.ts";
import { until } from "../../support/until.ts";

let queue: Queue;
let form: PublicForm;
let numbers = 200;
let dispatcher: ReturnType<Queue["dispatch"]> | undefined;

before(async () => {
  queue = await testQueue();
  const body = formBody({ confirm: "double", allowedOrigins: [], active: true }) as FormBody;
  const { id } = await createForm(queue.database.sql, {
    ...{ privacyUrl: null, thankYouText: null, language: null, countries: null },
    ...body,
  });
  form = (await readPublicForm(queue.database.sql, { id })).form;
});

afterEach(async () => {
  await dispatcher?.stop();
  dispatcher = undefined;
});

after(() => queue.end());

const dispatch = (transport: ReturnType<typeof scripted>) => {
  dispatcher = queue.dispatch(transport);
};
const newNumber = () => `+447700900${numbers++}`;

/** Submits the form for an address; returns the queued message and its code. */
async function ask(address: string): Promise<{ id: string; code: string }> {
  const { sql } = queue.database;
  const confirmation = confirmationMessage(form, {
    language: "en",
    publicUrl: "https://optin.example.com",
  });
  const evidence = { page: null, userAgent: null, language: null, clientAddress: "192.0.2.0" };
  const submission = { form, address, origin: null, client: "192.0.2.1", evidence, confirmation };
  await submitForm(sql, submission, { client: 0, address: 0, confirmations: 0 });
  const [message] = await sql<{ id: string }[]>`select id from messages where address = ${address}`;
  return { id: message?.id ?? "", code: confirmation.secret };
}

test("a confirmation goes to the typed address, which is nobody's yet", async () => {
  const address = newNumber();
  const { id, code } = await ask(address);
  const transport = scripted();
  dispatch(transport);
  await queue.has(id, "sent");
  const call = transport.calls.find((one) => one.id === id);
  assert.deepEqual(
    [call?.to, call?.requireOptIn, call?.unsubscribeUrl, call?.body.includes(code)],
    [address, false, null, true],
  );
});

test("a confirmation also goes to somebody who is opted out", async () => {
  const [id] = await queue.people(1);
  const [person] = await queue.database
    .sql`select phone_number from profiles where id = ${id as string}`;
  await queue.optOut(id as string);
  const message = await ask(person?.phone_number);
  dispatch(scripted());
  await queue.has(message.id, "sent");
});

test("a confirmation is not sent if the person opted out after it was queued", async () => {
  const [id] = await queue.people(1);
  const [person] = await queue.database
    .sql`select phone_number from profiles where id = ${id as string}`;
  const message = await ask(person?.phone_number);
  await queue.optOut(id as string);
  const transport = scripted();
  dispatch(transport);
  const other = await ask(newNumber());
  await queue.has(other.id, "sent");
  assert.equal((await queue.row(message.id)).status, "cancelled");
  assert.ok(transport.calls.every((call) => call.id !== message.id));
});

test("a carrier's opt-out of an address that is nobody's applies to whoever gets it", async () => {
  const address = newNumber();
  const { id } = await ask(address);
  dispatch(scripted({ answer: () => ({ status: "optedOut", reason: "21610" }) }));
  await queue.has(id, "cancelled");
  const { sql } = queue.database;
  await sql`select make_profiles(${sql.json([{ id: "later", phoneNumber: address }])})`;
  const [flag] =
    await sql`select opted_in, source from flags where profile_id = 'later' and channel = 'sms'`;
  assert.deepEqual({ ...flag }, { opted_in: false, source: "carrier" });
});

test("a confirmation that was not sent before it expired is not sent later", async () => {
  const address = newNumber();
  const { id } = await ask(address);
  await queue.database.sql`update messages set expires_on = now() where id = ${id}`;
  dispatch(scripted());
  await until("the message to end", async () => (await queue.row(id)).status === "expired");
});
