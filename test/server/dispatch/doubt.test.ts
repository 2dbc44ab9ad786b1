// A message that may have been received never ends as one that was not.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { cancelBroadcast } from "../../../server/broadcasts/control.ts";
import { deleteProfile } from "../../../server/profiles/delete.ts";
import { forgetProfile } from "../../../server/profiles/forget.ts";
import type { Outcome } from "../../../server/transports/transport.ts";
import { type Queue, testQueue } from "../../support/dispatching.ts";
import { held, scripted } from "../../support/scripted-transport.ts";
import { until } from "../../support/until.ts";

let queue: Queue;
beforeEach(async () => {
  queue = await testQueue();
});
afterEach(() => queue.end());

const caller = { source: "api", actor: {} } as const;
const sql = () => queue.database.sql;
const message = async () => {
  const { id, profileId } = await queue.send();
  return { id, profileId };
};
const ofBroadcast = async () => {
  const [profileId = ""] = await queue.people(1);
  const broadcast = await queue.broadcast();
  const [row] = await sql()<[{ id: string }]>`select id from messages`;
  return { id: row.id, profileId, broadcast };
};

/** What ends a message between two attempts, and how the second would have ended it. */
const ends: [string, (of: { id: string; profileId: string }) => Promise<unknown>, RegExp][] = [
  ["the person opted out", ({ profileId }) => queue.optOut(profileId), /^lost; then opted_out$/],
  [
    "the address is gone",
    ({ profileId }) => sql()`update profiles set phone_number = null where id = ${profileId}`,
    /^lost; then no_address$/,
  ],
  [
    "the profile is deleted",
    ({ profileId }) => deleteProfile(sql(), profileId),
    /^lost; then profile_deleted$/,
  ],
  [
    "the person is forgotten",
    ({ profileId }) => forgetProfile(sql(), { id: profileId, caller }),
    /^unknown; then forgotten$/,
  ],
  [
    "it expires",
    ({ id }) => sql()`update messages set expires_on = now() where id = ${id}`,
    /^lost$/,
  ],
];

const refusals: [Outcome, RegExp][] = [
  [{ status: "failed", reason: "no such number" }, /^lost; then no such number$/],
  [{ status: "optedOut", reason: "21610" }, /^lost; then carrier_opted_out$/],
  [{ status: "retry", reason: "busy" }, /^lost; then busy$/],
];

describe("a message whose answer was lost once is unknown, with the reason, if", () => {
  const lose: Outcome = { status: "unknown", reason: "lost" };
  const lost = async (id: string) => {
    await until("the answer to be lost", async () => (await queue.row(id)).reason === "lost");
  };

  for (const [what, change, reason] of ends) {
    it(`${what} before the next attempt`, async () => {
      const sent = await message();
      const transport = scripted({ answer: () => lose });
      queue.dispatch(transport);
      await lost(sent.id);
      await change(sent);
      await queue.hurry();
      assert.match((await queue.has(sent.id, "unknown")).reason ?? "", reason);
      assert.equal(transport.calls.length, 1);
    });
  }

  it("its broadcast is cancelled before the next attempt, which counts it", async () => {
    const { id, broadcast } = await ofBroadcast();
    queue.dispatch(scripted({ answer: () => lose }));
    await lost(id);
    const { counts } = await cancelBroadcast(sql(), broadcast);
    assert.equal((await queue.row(id)).reason, "lost");
    assert.deepEqual([counts.unknown, counts.cancelled, counts.sent], [1, 0, 0]);
  });

  for (const [outcome, reason] of refusals) {
    it(`every later attempt is refused: ${outcome.status}`, async () => {
      const { id } = await message();
      queue.dispatch(scripted({ answer: (_, nth) => (nth === 1 ? lose : outcome) }));
      await until("it to end", async () => {
        await queue.hurry();
        return (await queue.row(id)).status !== "processing";
      });
      const row = await queue.row(id);
      assert.equal(row.status, "unknown");
      assert.match(row.reason ?? "", reason);
    });
  }

  it("is still sent if a later attempt is accepted", async () => {
    const { id } = await message();
    queue.dispatch(scripted({ answer: (_, nth) => (nth === 1 ? lose : { status: "sent" }) }));
    await lost(id);
    await queue.hurry();
    assert.equal((await queue.has(id, "sent")).reason, null);
  });

  it("the transport is the outbox by now, and the person opted out", async () => {
    const { id, profileId } = await message();
    const dispatcher = queue.dispatch(scripted({ answer: () => lose }));
    await lost(id);
    await dispatcher.stop();
    await queue.optOut(profileId);
    queue.outbox();
    await queue.hurry();
    assert.equal((await queue.has(id, "unknown")).reason, "lost; then opted_out");
  });
});

describe("a message that ends while its call is under way", () => {
  const cancels: [string, (of: Awaited<ReturnType<typeof ofBroadcast>>) => Promise<unknown>][] = [
    ["its profile is deleted", ({ profileId }) => deleteProfile(sql(), profileId)],
    ["its person is forgotten", ({ profileId }) => forgetProfile(sql(), { id: profileId, caller })],
    ["its broadcast is cancelled", ({ broadcast }) => cancelBroadcast(sql(), broadcast)],
  ];
  const outcomes: [Outcome, string][] = [
    [{ status: "sent" }, "sent"],
    [{ status: "failed", reason: "no such number" }, "cancelled"],
    [{ status: "retry", reason: "busy" }, "cancelled"],
    [{ status: "unknown", reason: "lost" }, "unknown"],
  ];
  for (const [what, cancel] of cancels) {
    for (const [outcome, status] of outcomes) {
      it(`because ${what} is unknown, and ${status} when it ends as ${outcome.status}`, async () => {
        const of = await ofBroadcast();
        const { answer, give } = held();
        const transport = scripted({ answer: () => answer });
        const dispatcher = queue.dispatch(transport);
        await until("the call", () => transport.calls.length === 1);
        await cancel(of);
        assert.equal((await queue.row(of.id)).status, "unknown");
        give(outcome);
        await dispatcher.stop();
        const row = await queue.row(of.id);
        assert.equal(row.status, status);
        if (status === "unknown") assert.match(row.reason ?? "", /^lost/);
        assert.equal(transport.calls.length, 1);
      });
    }
  }
});

describe("a message that a crash left in the middle of an attempt is unknown, if", () => {
  /** As a killed server leaves it; its lease has ended. */
  const interrupted = async () => {
    const sent = await message();
    await sql()`
      update messages set attempts = 1, attempt_began_at = now() - interval '1 minute'
      where id = ${sent.id}`;
    return sent;
  };

  it("the transport cannot recognise a second attempt", async () => {
    const { id } = await interrupted();
    const transport = scripted({ repeatable: false });
    queue.dispatch(transport);
    assert.equal((await queue.has(id, "unknown")).reason, "interrupted");
    assert.equal(transport.calls.length, 0);
  });

  for (const [what, change] of ends) {
    it(`${what} before the next attempt`, async () => {
      const sent = await interrupted();
      await change(sent);
      queue.dispatch(scripted());
      assert.match((await queue.has(sent.id, "unknown")).reason ?? "", /\S/);
    });
  }

  it("the transport is the outbox by now, and the person opted out", async () => {
    const { id, profileId } = await interrupted();
    await queue.optOut(profileId);
    queue.outbox();
    assert.equal((await queue.has(id, "unknown")).reason, "interrupted; then opted_out");
  });
});
