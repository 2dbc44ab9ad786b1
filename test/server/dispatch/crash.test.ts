// kill -9 of a server that sends a broadcast, five times.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { apiKey, beginBroadcast, broadcastDone, makePeople } from "../../support/crowd.ts";
import { type TestDatabase, temporaryFolder, testDatabase } from "../../support/database.ts";
import { gateway } from "../../support/gateway.ts";
import { mailServer } from "../../support/mail-server.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const audience = 2000;
const kills = 5;
const connections = 8;
/**
 * What a kill may leave open: running calls, those that ended and were not recorded yet, and those
 * claimed in their place.
 */
const maxLeft = kills * connections * 3;

let database: TestDatabase;
let dataDir: string;
beforeEach(async () => {
  database = await testDatabase();
  dataDir = temporaryFolder();
  await makePeople(database.slowWrites, audience);
});
afterEach(async () => {
  await database.end();
  rmSync(dataDir, { recursive: true, force: true });
});

/**
 * Sends a broadcast by a server that is killed repeatedly while `handedOver` grows, and returns it
 * when it is done.
 */
async function broadcastWithKills(
  env: Record<string, string>,
  over: object,
  handedOver: () => number,
) {
  const all = {
    DATABASE_URL: database.url,
    API_KEY: apiKey,
    TRANSPORT_CONNECTIONS: String(connections),
    ...env,
  };
  const start = () => startServer({ dataDir, env: all });
  let server: TestServer = await start();
  try {
    const id = await beginBroadcast(server, over);
    for (let kill = 1; kill <= kills; kill++) {
      const enough = (kill * audience) / (kills + 1);
      await until(`${enough} to be handed over`, () => handedOver() >= enough, 60);
      await server.kill();
      server = await start();
    }
    return await broadcastDone(() => server, id);
  } finally {
    await server.stop();
  }
}

test("over the webhook everything is handed over, twice only with the same key, and totals add up", {
  timeout: 240_000,
}, async (t) => {
  const receiver = await gateway((response) => setTimeout(() => response.end(), 5));
  try {
    const { counts } = await broadcastWithKills(receiver.env, {}, () => receiver.calls.length);
    const keys = new Map<string, Set<string>>();
    for (const { to, id } of receiver.calls) keys.set(to, (keys.get(to) ?? new Set()).add(id));
    const again = receiver.calls.length - keys.size;
    t.diagnostic(`${again} calls were made again`);
    assert.equal(keys.size, audience);
    assert.ok([...keys.values()].every((ids) => ids.size === 1));
    assert.ok(again <= maxLeft, `${again} calls were made again`);
    assert.deepEqual(counts, {
      queued: 0,
      sent: audience,
      filtered: 0,
      failed: 0,
      unknown: 0,
      cancelled: 0,
    });
  } finally {
    await receiver.end();
  }
});

test("over SMTP nobody gets it twice, whatever nobody can know ends as unknown, and totals add up", {
  timeout: 240_000,
}, async (t) => {
  const got: string[] = [];
  const mails = await mailServer({
    onData(stream, { envelope }, taken) {
      stream.resume();
      stream.on("end", () => {
        got.push(...envelope.rcptTo.map(({ address }) => address));
        // Also killed between accepting a mail and confirming it.
        setTimeout(taken, 5);
      });
    },
  });
  try {
    const env = {
      TRANSPORT_EMAIL: "smtp",
      SMTP_URL: `smtp://127.0.0.1:${mails.port}`,
      SMTP_FROM: "Corner Café <hello@cafe.example>",
      BUSINESS_NAME: "Corner Café",
      BUSINESS_ADDRESS: "1 High Street, London",
    };
    const { counts } = await broadcastWithKills(
      env,
      { channel: "email", title: "News" },
      () => got.length,
    );
    const rows = await database.sql<{ status: string; reason: string | null; email: string }[]>`
      select m.status, m.reason, p.email from messages m join profiles p on p.id = m.profile_id`;
    const unknown = rows.filter(({ status }) => status === "unknown");
    const taken = new Set(got);
    t.diagnostic(
      `${unknown.length} of unknown outcome, ${unknown.filter(({ email }) => taken.has(email)).length} of them taken`,
    );
    assert.equal(taken.size, got.length, "somebody got it twice");
    assert.equal(
      unknown.every(({ reason }) => /^(interrupted|SMTP: )/.test(reason ?? "")),
      true,
    );
    assert.ok(unknown.length <= maxLeft, `${unknown.length} unknown`);
    assert.ok(
      rows.every(({ status, email }) => status !== "sent" || taken.has(email)),
      "one was lost",
    );
    assert.deepEqual(
      [counts.queued, counts.filtered, counts.cancelled, counts.sent + counts.unknown],
      [0, 0, 0, audience],
    );
  } finally {
    await mails.end();
  }
});
