// Many messages: what messages, broadcasts and dispatchers share.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import {
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
} from "../../../server/broadcasts/control.ts";
import { holdAndBegin } from "../../../server/dispatch/claims.ts";
import type { Outcome } from "../../../server/transports/transport.ts";
import { type Queue, testQueue } from "../../support/dispatching.ts";
import { held, scripted } from "../../support/scripted-transport.ts";
import { until } from "../../support/until.ts";

let queue: Queue;
beforeEach(async () => {
  queue = await testQueue();
});
afterEach(() => queue.end());

test("two dispatchers on one queue hand over each message once, and never more at once than allowed", async () => {
  await queue.people(2000);
  const id = await queue.broadcast();
  const two = [scripted({ connections: 20 }), scripted({ connections: 20 })] as const;
  for (const transport of two) queue.dispatch(transport);
  await queue.broadcastDone(id);
  const handed = two.flatMap(({ calls }) => calls.map((call) => call.id));
  assert.deepEqual([handed.length, new Set(handed).size], [2000, 2000]);
  assert.deepEqual(await queue.counts(id), { sent: 2000 });
  for (const { most, calls } of two) {
    assert.ok(calls.length > 0, "one of the two did nothing");
    assert.ok(most <= 20, `${most} at once`);
  }
});

test("each hand-over is an attempt that was recorded before", async () => {
  await queue.people(50);
  const id = await queue.broadcast();
  const recorded: number[] = [];
  const transport = scripted({
    answer: async (message, nth): Promise<Outcome> => {
      recorded.push((await queue.row(message.id)).attempts - nth);
      return nth < 3 ? { status: "retry", reason: "busy", after: 0 } : { status: "sent" };
    },
  });
  queue.dispatch(transport);
  await until("all to be sent", async () => {
    await queue.hurry();
    return (await queue.counts(id)).sent === 50;
  });
  assert.equal(transport.calls.length, 150);
  assert.ok(recorded.every((surplus) => surplus >= 0));
});

test("a transport that hangs blocks no other", async () => {
  const { answer, give } = held();
  const hanging = scripted({ connections: 2, answer: () => answer });
  await queue.people(20);
  const stuck = await queue.broadcast({ channel: "sms" });
  const flows = await queue.broadcast({ channel: "email" });
  queue.dispatch(hanging, ["sms"]);
  queue.dispatch(scripted(), ["email"]);
  await queue.broadcastDone(flows);
  assert.deepEqual(await queue.counts(stuck), { processing: 20 });
  assert.equal(hanging.calls.length, 2);
  give();
  await queue.broadcastDone(stuck);
});

test("single messages go before a big broadcast", async () => {
  await queue.people(3000);
  await queue.broadcast();
  const transport = scripted({ connections: 4 });
  queue.dispatch(transport);
  await until("the broadcast to be under way", () => transport.calls.length > 50);
  const [profileId = ""] = await queue.people(1);
  const { id } = await queue.send({ to: { profileId } });
  await queue.has(id, "sent");
  assert.ok(transport.calls.length < 1500, `${transport.calls.length} of the broadcast went first`);
});

test("a message does not wait for a later one on another channel of the same transport", async () => {
  const first = await queue.send({ rules: ["email"] });
  const second = await queue.send({ rules: ["sms"] });
  const transport = scripted({ connections: 1 });
  queue.dispatch(transport, ["sms", "email"]);
  await queue.has(second.id, "sent");
  await queue.has(first.id, "sent");
  assert.deepEqual(
    transport.calls.map(({ id }) => id),
    [first.id, second.id],
  );
});

test("a paused broadcast starts nothing more, and continues when it is resumed", async () => {
  await queue.people(500);
  const id = await queue.broadcast();
  const transport = scripted({ connections: 4 });
  queue.dispatch(transport);
  await until("it to be under way", () => transport.calls.length > 20);
  await pauseBroadcast(queue.database.sql, id);
  await until("nothing to be under way", () => transport.underway === 0);
  const { id: other } = await queue.send();
  await queue.has(other, "sent");
  const counts = await until("all to be written down", async () => {
    const counts = await queue.counts(id);
    return counts.sent === transport.calls.length - 1 && counts;
  });
  assert.ok((counts.processing ?? 0) > 0);
  await resumeBroadcast(queue.database.sql, id);
  await queue.broadcastDone(id);
  assert.deepEqual(await queue.counts(id), { sent: 500 });
  assert.equal(transport.calls.length, 501);
});

test("cancelling a broadcast ends waiting messages as cancelled, and those handed over as sent", async () => {
  await queue.people(2000);
  const id = await queue.broadcast();
  const two = [scripted({ connections: 20 }), scripted({ connections: 20 })] as const;
  for (const transport of two) queue.dispatch(transport);
  const calls = () => two[0].calls.length + two[1].calls.length;
  await until("it to be under way", () => calls() > 100);
  await cancelBroadcast(queue.database.sql, id);
  await until("all to be written down", async () => {
    const { sent = 0, cancelled = 0 } = await queue.counts(id);
    return sent === calls() && sent + cancelled === 2000;
  });
  assert.ok(calls() < 2000);
});

test("the rate of a broadcast applies to two dispatchers together", async () => {
  await queue.people(300);
  const began = performance.now();
  const id = await queue.broadcast({ rate: 100 });
  const two = [scripted({ connections: 50 }), scripted({ connections: 50 })] as const;
  for (const transport of two) queue.dispatch(transport);
  await queue.broadcastDone(id);
  const seconds = (performance.now() - began) / 1000;
  // At most a second's worth may come at once.
  assert.ok(seconds > 1.9 && seconds < 6, `${seconds} s for 300 at 100/s`);
});

test("an attempt that a crash interrupted is claimed again, with the same id, if repetitions are harmless", async () => {
  const { id } = await queue.send();
  await leaveBehind(id);
  const transport = scripted();
  queue.dispatch(transport);
  assert.equal((await queue.has(id, "sent")).attempts, 2);
  assert.deepEqual(
    transport.calls.map((call) => call.id),
    [id],
  );
});

test("an attempt that a crash interrupted ends as unknown if a second one could be a second message", async () => {
  const { id } = await queue.send();
  await leaveBehind(id);
  const transport = scripted({ repeatable: false });
  queue.dispatch(transport);
  assert.equal((await queue.has(id, "unknown")).reason, "interrupted");
  assert.equal(transport.calls.length, 0);
});

test("an attempt that a crash interrupted and that has expired is unknown, since it may have been sent", async () => {
  const { id } = await queue.send();
  await leaveBehind(id);
  await queue.database.sql`update messages set expires_on = now() where id = ${id}`;
  const transport = scripted();
  queue.dispatch(transport);
  assert.equal((await queue.has(id, "unknown")).reason, "interrupted");
  assert.equal(transport.calls.length, 0);
});

test("an attempt that a crash interrupted is unknown if the person opted out meanwhile", async () => {
  const { id, profileId } = await queue.send();
  await leaveBehind(id);
  await queue.optOut(profileId);
  const transport = scripted();
  queue.dispatch(transport);
  assert.equal((await queue.has(id, "unknown")).reason, "interrupted; then opted_out");
  assert.equal(transport.calls.length, 0);
});

test("a claim that has not lapsed belongs to nobody else", async () => {
  const { id } = await queue.send();
  await leaveBehind(id, 60);
  const transport = scripted();
  queue.dispatch(transport);
  await queue.has((await queue.send()).id, "sent");
  assert.deepEqual([(await queue.row(id)).status, transport.calls.length], ["processing", 1]);
});

test("a claim about to lapse is not started by its holder", async () => {
  const { id } = await queue.send();
  await leaveBehind(id, 4);
  let judged = -1;
  await holdAndBegin(queue.database.sql, [{ id, attempts: 1 }], (found) => {
    judged = found.length;
  });
  assert.equal(judged, 0);
});

test("a call that takes longer than a lease stays with its caller", {
  timeout: 60_000,
}, async () => {
  const { answer, give } = held();
  const slow = scripted({ answer: () => answer });
  const { id } = await queue.send();
  queue.dispatch(slow);
  await until("the call", () => slow.calls.length === 1);
  const other = scripted();
  queue.dispatch(other);
  const left = (await queue.row(id)).dueIn;
  await until("the claim to be kept", async () => (await queue.row(id)).dueIn > left);
  assert.equal(other.calls.length, 0);
  give();
  await queue.has(id, "sent");
});

test("a message that was given up as unknown and turns out to be sent is sent", async () => {
  const { answer, give } = held();
  const slow = scripted({ repeatable: false, answer: () => answer });
  const { id } = await queue.send();
  queue.dispatch(slow);
  await until("the call", () => slow.calls.length === 1);
  await queue.database.sql`update messages set due_at = now() where id = ${id}`;
  queue.dispatch(scripted({ repeatable: false }));
  await queue.has(id, "unknown");
  give();
  await queue.has(id, "sent");
});

test("opting out waits until a call has left the process, and is acknowledged after", async () => {
  const { id, profileId } = await queue.send();
  let leave = () => {};
  const order: string[] = [];
  const transport = scripted();
  transport.begin = async (_, hold) => {
    order.push("begun");
    await new Promise<void>((resolve) => (leave = resolve));
    order.push("left");
    hold?.begun();
    return { status: "sent" };
  };
  queue.dispatch(transport);
  await until("the call", () => order.length === 1);
  const optingOut = queue.optOut(profileId).then(() => order.push("acknowledged"));
  await until("the opt-out to wait for the lock", async () => {
    const [row] = await queue.database.sql`
      select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    return row;
  });
  leave();
  await optingOut;
  assert.deepEqual(order, ["begun", "left", "acknowledged"]);
  await queue.has(id, "sent");
});

test("a lock that the database released allows no call that has not begun", async () => {
  const { id, profileId } = await queue.send();
  let lost: AbortSignal | undefined;
  const transport = scripted();
  transport.begin = async (_, hold) => {
    lost = hold?.lost;
    await new Promise((resolve) => lost?.addEventListener("abort", resolve));
    return { status: "retry", reason: "no connection in time" };
  };
  queue.dispatch(transport);
  await until("the call", () => lost);
  await queue.database.reads`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction'`;
  await queue.optOut(profileId);
  await queue.has(id, "filtered");
  assert.equal(lost?.aborted, true);
});

test("a flag that takes long to change delays that person's message only", async () => {
  const [busy, other] = [await queue.send(), await queue.send()];
  const transport = scripted();
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
  queue.dispatch(transport);
  await queue.has(other.id, "sent");
  release();
  await changing;
  await queue.has(busy.id, "filtered");
  assert.equal(transport.calls.length, 1);
});

test("a number that changed hands while the dispatcher waited is not called under the old flag", async () => {
  const { id, profileId } = await queue.send();
  const { sql } = queue.database;
  await leaveBehind(id, 60);
  const asked: (string | null)[] = [];
  // As a change of address does it: it holds the profile, and keeps this flag as it was asked to.
  const changing = sql.begin(async (tx) => {
    await tx`select from profiles where id = ${profileId} for update`;
    const holding = holdAndBegin(sql, [{ id, attempts: 1 }], (judged) => {
      asked.push(...judged.map(({ to }) => to));
    });
    await Promise.race([holding, lockWaited()]);
    await tx`update profiles set phone_number = '+447700900999' where id = ${profileId}`;
    return { holding };
  });
  await (await changing).holding;
  assert.ok(
    asked.every((to) => to === "+447700900999"),
    String(asked),
  );
});

test("a transport's answer that PostgreSQL cannot store blocks no other outcome", async () => {
  const [odd, good] = [await queue.send({ body: "odd" }), await queue.send()];
  const reason = "a\0b \ud83d";
  queue.dispatch(
    scripted({
      answer: ({ body }) => (body === "odd" ? { status: "failed", reason } : { status: "sent" }),
    }),
  );
  await queue.has(good.id, "sent");
  assert.equal((await queue.has(odd.id, "failed")).reason, "ab \ufffd");
});

test("a carrier's opt-out is stored even if the database is briefly unavailable", async () => {
  const { answer, give } = held();
  const { id, profileId } = await queue.send();
  const transport = scripted({ repeatable: false, answer: () => answer });
  queue.dispatch(transport);
  await until("the call", () => transport.calls.length === 1);
  const cut = queue.database.sql`
    select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
      and pid <> pg_backend_pid()`;
  give({ status: "optedOut", reason: "21610" });
  await cut.catch(() => {});
  await queue.has(id, "filtered");
  const [flag] = await queue.database
    .sql`select source from flags where profile_id = ${profileId} and channel = 'sms'`;
  assert.equal(flag?.source, "carrier");
});

test("a dispatcher that stops finishes and records what it began, and begins nothing more", async () => {
  const { answer, give } = held();
  await queue.people(20);
  const id = await queue.broadcast();
  const transport = scripted({ connections: 5, answer: () => answer });
  const dispatcher = queue.dispatch(transport);
  await until("the calls", () => transport.calls.length === 5);
  const stopped = dispatcher.stop();
  give();
  await stopped;
  assert.equal(transport.calls.length, 5);
  assert.deepEqual(await queue.counts(id), { processing: 15, sent: 5 });
  const [row] = await queue.database
    .sql`select count(*)::int from messages where attempt_began_at is not null`;
  assert.equal(row?.count, 0);
});

/**
 * As a server leaves a message when it is killed during an attempt, with a claim that lapses in
 * that many seconds.
 */
async function leaveBehind(id: string, lapsesIn = 0): Promise<void> {
  await queue.database.sql`
    update messages set attempts = 1, attempt_began_at = now(),
      due_at = now() + make_interval(secs => ${lapsesIn})
    where id = ${id}`;
}

/** Settles when somebody in this database waits for a lock. */
async function lockWaited(): Promise<void> {
  await until("somebody to wait for a lock", async () => {
    const [row] = await queue.database.sql`
      select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    return row;
  });
}
