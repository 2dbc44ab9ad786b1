// The whole story through a PgBouncer that pools transactions. If none is installed, this says so
// and runs nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  apiKey,
  beginBroadcast,
  broadcastDone,
  call,
  makePeople,
  numberOf,
} from "../../support/crowd.ts";
import { testDatabase } from "../../support/database.ts";
import { gateway } from "../../support/gateway.ts";
import { findPgBouncer, startPgBouncer } from "../../support/pgbouncer.ts";
import { startServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const program = findPgBouncer();
if (program) {
  test(
    "two servers behind PgBouncer send a broadcast, respect who opts out meanwhile, and send nobody anything twice",
    { timeout: 200_000 },
    (t) => story(program, (text) => t.diagnostic(text)),
  );
} else {
  console.log("PgBouncer is not installed: the story through it was not run.");
}

const audience = 2000;

async function story(path: string, say: (text: string) => void): Promise<void> {
  const database = await testDatabase();
  await makePeople(database.slowWrites, audience);
  const bouncer = await startPgBouncer(path, database.url);
  const receiver = await gateway();
  const env = {
    DATABASE_URL: bouncer.url,
    DATABASE_PREPARE: "false",
    API_KEY: apiKey,
    ...receiver.env,
  };
  const servers = [await startServer({ env }), await startServer({ env })] as const;
  try {
    const [first, second] = servers;
    const id = await beginBroadcast(first);
    const acknowledged = new Map<string, number>();
    for (let n = 1; n <= 50; n++) {
      await until(`call no. ${n * 20}`, () => receiver.calls.length >= n * 20);
      const person = receiver.calls.length + n;
      const message = { channel: "sms", from: numberOf(person), to: "+447700900001", body: "STOP" };
      const { status } =
        n % 2 === 0
          ? await call(second, "POST", "/v1/messages/inbounds", message, {
              "Idempotency-Key": `stop-${n}`,
            })
          : await call(first, "DELETE", `/v1/profiles/p${person}/optin?channel=sms`);
      acknowledged.set(numberOf(person), await receiver.fence());
      assert.ok(status === 200 || status === 201, String(status));
    }
    const { counts } = await broadcastDone(() => second, id);
    const late = receiver.calls.filter(({ to, at }) => at > (acknowledged.get(to) ?? Infinity));
    say(`${bouncer.version}: ${receiver.calls.length} calls, ${counts.filtered} opted out in time`);
    assert.deepEqual(late, []);
    assert.equal(new Set(receiver.calls.map(({ to }) => to)).size, receiver.calls.length);
    assert.ok(counts.filtered > 5, `only ${counts.filtered} opted out before their turn`);
    assert.deepEqual(counts, { ...counts, queued: 0, failed: 0, sent: audience - counts.filtered });
  } finally {
    for (const server of servers) await server.stop();
    await receiver.end();
    await bouncer.stop();
    await database.end();
  }
}
