// Clocks that stopped, or were set back.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { sweep } from "../../../server/process/sweep.ts";
import { deadline } from "../../../server/transports/deadline.ts";
import { type Queue, testQueue } from "../../support/dispatching.ts";
import { scripted } from "../../support/scripted-transport.ts";
import { until } from "../../support/until.ts";

let queue: Queue;
beforeEach(async () => {
  queue = await testQueue();
});
afterEach(() => queue.end());

test("a deadline has passed as soon as either clock says so, or if the wall clock was set back", (t) => {
  const now = Date.now;
  const one = deadline(60_000);
  assert.equal(one.isPast(), false);
  const wall = t.mock.method(Date, "now", () => now() + 61_000);
  assert.equal(one.isPast(), true);
  wall.mock.mockImplementation(() => now() - 61_000);
  assert.equal(one.isPast(), true);
  wall.mock.restore();
  const steady = performance.now;
  t.mock.method(performance, "now", () => steady.call(performance) + 61_000);
  assert.equal(one.isPast(), true);
});

test("no call begins if the machine was suspended after the decision", async (t) => {
  const { id } = await queue.send();
  // Each look at the clock is five seconds after the previous one.
  let ahead = 0;
  const now = Date.now;
  const wall = t.mock.method(Date, "now", () => {
    ahead += 5000;
    return now() + ahead;
  });
  const transport = scripted();
  queue.dispatch(transport);
  await until("three attempts", async () => (await queue.row(id)).attempts > 3);
  assert.equal(transport.calls.length, 0);
  wall.mock.restore();
  await queue.has(id, "sent");
});

test("messages that a database clock left an hour in the future are made due, with their waiting time", async () => {
  const { sql } = queue.database;
  const [fresh, waiting, later] = [await queue.send(), await queue.send(), await queue.send()];
  const broadcast = await queue.broadcast();
  // As the clock wrote them before it was set back by an hour.
  await sql`
    update messages set due_at = due_at + interval '1 hour',
      updated_at = updated_at + interval '1 hour'`;
  await sql`
    update messages set due_at = due_at + interval '10 minutes' where id = ${waiting.id}`;
  // This one waits for an hour, as it should.
  await sql`
    update messages set due_at = now() + interval '1 hour', updated_at = now()
    where id = ${later.id}`;
  await sweep(sql);
  const [{ dueIn }, { dueIn: laterIn }] = [await queue.row(waiting.id), await queue.row(later.id)];
  assert.equal(dueIn > 590 && dueIn < 601, true, `${dueIn} s`);
  assert.equal(laterIn > 3500, true, `${laterIn} s`);
  queue.dispatch(scripted());
  await queue.has(fresh.id, "sent");
  await queue.broadcastDone(broadcast);
});

test("a broadcast with a rate continues after the database's clock was set back", async () => {
  await queue.people(3);
  const id = await queue.broadcast({ rate: 100 });
  await queue.database.sql`update broadcasts set next_at = now() + interval '1 day'`;
  queue.dispatch(scripted());
  await queue.broadcastDone(id);
});
