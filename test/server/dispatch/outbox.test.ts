// Dispatch to the outbox: in one transaction, for which the promise is as strict as for a call.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { pauseBroadcast, resumeBroadcast } from "../../../server/broadcasts/control.ts";
import { createBroadcast } from "../../../server/broadcasts/create.ts";
import { readMessage } from "../../../server/messages/read.ts";
import { deleteProfile } from "../../../server/profiles/delete.ts";
import { type Queue, testQueue } from "../../support/dispatching.ts";
import { until } from "../../support/until.ts";

let queue: Queue;
beforeEach(async () => {
  queue = await testQueue();
});
afterEach(() => queue.end());

test("a message is stored as the person would read it, with merge fields and link filled in", async () => {
  const { id, profileId } = await queue.send({
    title: "For {{profile.name}}",
    body: "Hi {{profile.name}}{{profile.nope}}. Out: {{unsubscribeUrl}}",
  });
  queue.outbox();
  assert.equal((await queue.has(id, "sent")).attempts, 1);
  const { title, body } = await readMessage(queue.database.sql, { id, secrets: [] });
  const name = `Ann ${profileId.slice(1)}`;
  assert.deepEqual(
    [title, body],
    [`For ${name}`, `Hi ${name}. Out: https://out.example/${profileId}`],
  );
});

test("a broadcast's text is stored for each person if it differs", async () => {
  const people = await queue.people(1200);
  const [plain, personal] = [
    await queue.broadcast(),
    await queue.broadcast({ body: "Hi {{profile.name}}" }),
  ];
  queue.outbox();
  await Promise.all([queue.broadcastDone(plain), queue.broadcastDone(personal)]);
  const said = await queue.database.sql<{ body: string | null; people: number }[]>`
    select count(distinct profile_id)::int as people, count(distinct body)::int as bodies,
      broadcast_id = ${personal} as personal
    from messages where status = 'sent' group by broadcast_id order by personal`;
  assert.deepEqual(
    [...said],
    [
      { people: people.length, bodies: 0, personal: false },
      { people: people.length, bodies: people.length, personal: true },
    ],
  );
});

test("messages that may not be sent end as with any other transport", async () => {
  const [optedOut, noAddress, expired, good] = [
    await queue.send(),
    await queue.send({ requireOptIn: false }),
    await queue.send({ expiresOn: new Date(Date.now() - 1000).toISOString() }),
    await queue.send(),
  ];
  await queue.optOut(optedOut.profileId);
  await queue.database
    .sql`update profiles set phone_number = null where id = ${noAddress.profileId}`;
  queue.outbox();
  assert.equal((await queue.has(optedOut.id, "filtered")).reason, "opted_out");
  assert.equal((await queue.has(noAddress.id, "filtered")).reason, "no_address");
  assert.equal((await queue.has(expired.id, "expired")).reason, null);
  assert.equal((await queue.has(good.id, "sent")).reason, null);
});

test("a message that another transport began, with an unknown outcome, is unknown once it has expired, and otherwise stored", async () => {
  const [late, good] = [await queue.send(), await queue.send()];
  await queue.database.sql`update messages set attempts = 1, attempt_began_at = now()`;
  await queue.database.sql`update messages set expires_on = now() where id = ${late.id}`;
  queue.outbox();
  assert.equal((await queue.has(late.id, "unknown")).reason, "interrupted");
  const { attempts, underWay } = await queue.has(good.id, "sent");
  assert.deepEqual([attempts, underWay], [2, false]);
});

test("a flag that takes long to change delays that person's message only", async () => {
  const [busy, other] = [await queue.send(), await queue.send()];
  let release = () => {};
  const changing = queue.database.sql.begin(async (tx) => {
    await tx`select from profiles where id = ${busy.profileId} for no key update`;
    await new Promise<void>((resolve) => (release = resolve));
    await tx`select set_flags(
      p_profile_id => ${busy.profileId}, p_opt_in => '{"sms": false}', p_source => 'api',
      p_actor => '{}')`;
  });
  await until("the profile to be locked", async () => {
    const rows = await queue.database.sql`
      select from profiles where id = ${busy.profileId} for update skip locked`;
    return rows.length === 0;
  });
  queue.outbox();
  await queue.has(other.id, "sent");
  release();
  await changing;
  await queue.has(busy.id, "filtered");
});

test("opting out waits until what was asked about is marked, and is acknowledged after", async () => {
  const { id, profileId } = await queue.send();
  const { sql } = queue.database;
  const order: string[] = [];
  let optingOut: Promise<unknown> = Promise.resolve();
  await sql.begin(async (tx) => {
    await tx`select from hand_to_outbox('["sms"]', 10)`;
    optingOut = queue.optOut(profileId).then(() => order.push("acknowledged"));
    await until("the opt-out to wait for the lock", async () => {
      const [row] = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`;
      return row;
    });
    order.push("marked");
  });
  await optingOut;
  assert.deepEqual(order, ["marked", "acknowledged"]);
  assert.equal((await queue.row(id)).status, "sent");
});

test("500 opt out while three servers hand 5,000 over: whoever had not got it at the acknowledgement never gets it", {
  timeout: 60_000,
}, async (t) => {
  const { sql } = queue.database;
  await queue.people(5000);
  const id = await queue.broadcast({ body: "Hi {{profile.name}}" });
  const spared: string[] = [];
  const left: string[] = [];
  const leaving = Array.from({ length: 8 }, async (_, client) => {
    for (let n = client; n < 500; n += 8) {
      const profileId = `p${1 + 10 * n}`;
      await queue.optOut(profileId);
      const [message] = await sql`
        select status from messages where broadcast_id = ${id} and profile_id = ${profileId}`;
      (message?.status === "sent" ? left : spared).push(profileId);
    }
  });
  await until("some to have opted out", () => spared.length >= 50);
  for (let server = 0; server < 3; server++) queue.outbox();
  await Promise.all(leaving);
  await queue.broadcastDone(id);
  const filtered = await sql<{ profileId: string }[]>`
    select profile_id as "profileId" from messages where broadcast_id = ${id}
      and status = 'filtered'`;
  const never = new Set(filtered.map(({ profileId }) => profileId));
  t.diagnostic(`${spared.length} opted out before their turn, ${left.length} after`);
  assert.deepEqual(
    spared.filter((profileId) => !never.has(profileId)),
    [],
  );
  assert.equal(never.size, spared.length);
  assert.equal((await queue.counts(id)).sent, 5000 - spared.length);
  assert.ok(left.length > 0, "nobody opted out after their turn");
});

test("a paused broadcast stops, and continues when it is resumed", async () => {
  await queue.people(20);
  const id = await queue.broadcast({ rate: 10 });
  queue.outbox();
  await until("it to be under way", async () => ((await queue.counts(id)).sent ?? 0) > 0);
  await pauseBroadcast(queue.database.sql, id);
  await queue.has((await queue.send()).id, "sent");
  const { sent = 0, processing = 0 } = await queue.counts(id);
  assert.ok(processing > 0, `${sent} were sent`);
  await resumeBroadcast(queue.database.sql, id);
  await queue.broadcastDone(id);
  assert.deepEqual(await queue.counts(id), { sent: 20 });
});

test("a profile deleted during a broadcast is filtered, and the broadcast ends", async () => {
  const { sql } = queue.database;
  const [gone = ""] = await queue.people(2);
  const wanted = {
    name: "News",
    channel: "sms",
    body: "Hi",
    audience: { everyone: true },
  } as const;
  const { id } = await sql.begin(async (tx) => {
    const made = await createBroadcast(tx, wanted);
    await deleteProfile(sql, gone);
    return made;
  });
  queue.outbox();
  await queue.broadcastDone(id);
  assert.deepEqual(await queue.counts(id), { filtered: 1, sent: 1 });
});
