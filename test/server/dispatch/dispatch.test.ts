// How one message ends, over a transport in the test's process.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { Outcome } from "../../../server/transports/transport.ts";
import { type Queue, testQueue } from "../../support/dispatching.ts";
import { held, scripted } from "../../support/scripted-transport.ts";
import { until } from "../../support/until.ts";

let queue: Queue;
beforeEach(async () => {
  queue = await testQueue();
});
afterEach(() => queue.end());

test("a message that the transport accepts is sent, with the transport's own id", async () => {
  const { id } = await queue.send();
  queue.dispatch(scripted({ answer: () => ({ status: "sent", providerId: "SM1" }) }));
  assert.equal((await queue.has(id, "sent")).attempts, 1);
  const [row] = await queue.database.sql`select provider_id from messages where id = ${id}`;
  assert.equal(row?.provider_id, "SM1");
});

test("a message that is refused permanently fails with the reason", async () => {
  const { id } = await queue.send();
  queue.dispatch(scripted({ answer: () => ({ status: "failed", reason: "No such number" }) }));
  assert.equal((await queue.has(id, "failed")).reason, "No such number");
});

test("a message that expired in the queue ends as expired and is not handed over", async () => {
  const { id } = await queue.send({ expiresOn: new Date(Date.now() - 1000).toISOString() });
  const transport = scripted();
  queue.dispatch(transport);
  await queue.has(id, "expired");
  assert.equal(transport.calls.length, 0);
});

test("a message that expires before its next attempt ends as expired", async () => {
  const { id } = await queue.send({ expiresOn: "2099-01-01T00:00:00Z" });
  const transport = scripted({ answer: () => ({ status: "retry", reason: "busy" }) });
  queue.dispatch(transport);
  await until("the first attempt to end", async () => (await queue.row(id)).reason === "busy");
  await queue.database.sql`update messages set expires_on = now() where id = ${id}`;
  await queue.hurry();
  await queue.has(id, "expired");
  assert.equal(transport.calls.length, 1);
});

test("a message ends as filtered if the person opted out after it was queued", async () => {
  const { id, profileId } = await queue.send();
  await queue.optOut(profileId);
  const transport = scripted();
  queue.dispatch(transport);
  assert.equal((await queue.has(id, "filtered")).reason, "opted_out");
  assert.equal(transport.calls.length, 0);
});

test("a person who opts out between two attempts gets no second one", async () => {
  const { id, profileId } = await queue.send();
  const transport = scripted({ answer: () => ({ status: "retry", reason: "busy" }) });
  queue.dispatch(transport);
  await until("the first attempt to end", async () => (await queue.row(id)).reason === "busy");
  await queue.optOut(profileId);
  await queue.hurry();
  await queue.has(id, "filtered");
  assert.equal(transport.calls.length, 1);
});

test("a message that needs no opt-in also goes to people who opted out", async () => {
  const [profileId = ""] = await queue.people(1);
  await queue.optOut(profileId);
  const { id } = await queue.send({ to: { profileId }, requireOptIn: false });
  queue.dispatch(scripted());
  await queue.has(id, "sent");
});

test("a message ends as filtered if its address is gone meanwhile", async () => {
  const { id, profileId } = await queue.send({ requireOptIn: false });
  await queue.database.sql`update profiles set phone_number = null where id = ${profileId}`;
  queue.dispatch(scripted());
  assert.equal((await queue.has(id, "filtered")).reason, "no_address");
});

test("the transport gets the person's own address, merge fields and unsubscribe link", async () => {
  const { id, profileId } = await queue.send({
    title: "For {{profile.name}}",
    body: "Hi {{profile.name}}{{profile.nope}}. Out: {{unsubscribeUrl}}",
    customBody: { sms: { template: "t1" } },
    metadata: { order: 7 },
  });
  const transport = scripted();
  queue.dispatch(transport);
  await queue.has(id, "sent");
  const number = profileId.slice(1);
  assert.deepEqual(transport.calls, [
    {
      id,
      channel: "sms",
      to: `+4477${number.padStart(8, "0")}`,
      sender: null,
      title: `For Ann ${number}`,
      body: `Hi Ann ${number}. Out: https://out.example/${profileId}`,
      customBody: { template: "t1" },
      metadata: { order: 7 },
      requireOptIn: true,
      unsubscribeUrl: `https://out.example/${profileId}`,
      language: undefined,
    },
  ]);
});

test("a temporary failure is retried with the same id, after waits that grow and vary, until it is sent", async () => {
  const waits: number[][] = [[], [], []];
  const ids = await Promise.all(Array.from({ length: 8 }, async () => (await queue.send()).id));
  const transport = scripted({
    answer: (_, nth) =>
      nth <= waits.length ? { status: "retry", reason: `no. ${nth}` } : { status: "sent" },
  });
  queue.dispatch(transport);
  for (const [index, found] of waits.entries()) {
    for (const id of ids) {
      const ended = async () => (await queue.row(id)).reason === `no. ${index + 1}`;
      await until(`attempt ${index + 1} to end`, ended);
      found.push((await queue.row(id)).dueIn);
    }
    await queue.hurry();
  }
  for (const id of ids) assert.equal((await queue.has(id, "sent")).attempts, 4);
  for (const [index, [least, most]] of [
    [0, [0.5, 2.5]],
    [1, [3.5, 7.5]],
    [2, [12, 22.5]],
  ] as const) {
    for (const wait of waits[index] ?? [])
      assert.ok(wait > least && wait <= most, `wait ${index}: ${wait}`);
    const spread = Math.max(...(waits[index] ?? [])) - Math.min(...(waits[index] ?? []));
    assert.ok(spread > 0.02 * most, `the waits no. ${index} differ by ${spread} s only`);
  }
});

test("a transport that says when to come back is obeyed", async () => {
  const { id } = await queue.send();
  queue.dispatch(scripted({ answer: () => ({ status: "retry", reason: "busy", after: 500 }) }));
  await until("the attempt to end", async () => (await queue.row(id)).reason === "busy");
  const { dueIn } = await queue.row(id);
  assert.ok(dueIn > 480 && dueIn <= 500, String(dueIn));
});

test("repeated failures end as failed with the last reason, after eight attempts", async () => {
  const { id } = await queue.send();
  const transport = scripted({ answer: (_, nth) => ({ status: "retry", reason: `no. ${nth}` }) });
  queue.dispatch(transport);
  await until("it to fail", async () => {
    await queue.hurry();
    return (await queue.row(id)).status === "failed";
  });
  const { reason, attempts } = await queue.row(id);
  assert.deepEqual([reason, attempts, transport.calls.length], ["no. 8", 8, 8]);
});

test("an unknown outcome is retried with the same id if the transport recognises repetitions", async () => {
  const { id } = await queue.send();
  const answers: Outcome[] = [{ status: "unknown", reason: "cut off" }, { status: "sent" }];
  const transport = scripted({ answer: (_, nth) => answers[nth - 1] as Outcome });
  queue.dispatch(transport);
  await until("the first attempt to end", async () => (await queue.row(id)).reason === "cut off");
  await queue.hurry();
  await queue.has(id, "sent");
  assert.deepEqual(
    transport.calls.map((call) => call.id),
    [id, id],
  );
});

test("an unknown outcome ends as unknown if the transport cannot recognise repetitions", async () => {
  const { id } = await queue.send();
  const transport = scripted({
    repeatable: false,
    answer: () => ({ status: "unknown", reason: "cut off" }),
  });
  queue.dispatch(transport);
  assert.equal((await queue.has(id, "unknown")).reason, "cut off");
  assert.equal(transport.calls.length, 1);
});

test("an opt-out at the carrier is recorded with that source, and the message is filtered", async () => {
  const { id, profileId } = await queue.send();
  queue.dispatch(scripted({ answer: () => ({ status: "optedOut", reason: "21610" }) }));
  assert.equal((await queue.has(id, "filtered")).reason, "carrier_opted_out");
  const [flag] = await queue.database.sql`
      select opted_in, source, actor from flags where profile_id = ${profileId}
        and channel = 'sms'`;
  assert.deepEqual(flag, { opted_in: false, source: "carrier", actor: { message: id } });
});

test("the messages of a deleted profile end as cancelled, even one whose call is refused later", async () => {
  const { answer, give } = held();
  const [profileId = ""] = await queue.people(1);
  const [first, second] = [
    await queue.send({ to: { profileId } }),
    await queue.send({ to: { profileId } }),
  ];
  const transport = scripted({ connections: 1, answer: () => answer });
  queue.dispatch(transport);
  await until("the first call", () => transport.calls.length === 1);
  const { deleteProfile } = await import("../../../server/profiles/delete.ts");
  await deleteProfile(queue.database.sql, profileId);
  give({ status: "optedOut", reason: "21610" });
  const other = await queue.send();
  await queue.has(other.id, "filtered");
  for (const { id } of [first, second]) assert.equal((await queue.row(id)).status, "cancelled");
  assert.equal(transport.calls.length, 2);
});

test("a message that was handed over is sent, whatever was cancelled meanwhile", async () => {
  const { answer, give } = held();
  const { id, profileId } = await queue.send();
  const transport = scripted({ answer: () => answer });
  queue.dispatch(transport);
  await until("the call", () => transport.calls.length === 1);
  const { deleteProfile } = await import("../../../server/profiles/delete.ts");
  await deleteProfile(queue.database.sql, profileId);
  give();
  await queue.has(id, "sent");
});

test("a message that cannot be written or started fails alone and is not retried forever", async () => {
  const [bad, good] = [await queue.send({ body: "bad" }), await queue.send()];
  const transport = scripted();
  const { begin } = transport;
  transport.begin = (message) => {
    if (message.body === "bad") throw new Error("a fault of ours");
    return begin(message);
  };
  queue.dispatch(transport);
  await queue.has(good.id, "sent");
  assert.equal((await queue.has(bad.id, "failed")).reason, "internal");
});
