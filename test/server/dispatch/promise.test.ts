// The promise: once an opt-out has been acknowledged, no message that needs an opt-in is handed
// over for that person on that channel.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keptKey } from "../../../server/access/secrets.ts";
import { unsubscribeUrl } from "../../../server/links/unsubscribe.ts";
import {
  apiKey,
  beginBroadcast,
  broadcastDone,
  call,
  makePeople,
  numberOf,
} from "../../support/crowd.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { type Gateway, gateway } from "../../support/gateway.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const audience = 20_000;
const optOuts = 500;
/** How often a server is stopped midway, and how many opt out through the other one each time. */
const stops = 4;
const perStop = 30;

let database: TestDatabase;
let receiver: Gateway;
let servers: [TestServer, TestServer];

/** The person whom the gateway keeps waiting, until it hangs up. */
const hanging = new Map<string, () => void>();

before(async () => {
  database = await testDatabase();
  await makePeople(database.slowWrites, audience);
  receiver = await gateway((response, { to }) => {
    const known = hanging.get(to);
    if (known === waiting) hanging.set(to, () => response.destroy());
    else response.end();
  });
  const env = {
    DATABASE_URL: database.url,
    API_KEY: apiKey,
    TRANSPORT_CONNECTIONS: "32",
    ...receiver.env,
  };
  servers = [await startServer({ env }), await startServer({ env })];
});

after(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await receiver.end();
  await database.end();
});

const waiting = () => {};

test("20,000 on two servers, 500 opt out meanwhile, one server stopped and continued: nothing begins after an acknowledgement", {
  timeout: 240_000,
}, async (t) => {
  const [first, second] = servers;
  const key = await keptKey(database.sql, "unsubscribe_key");
  for (const n of [700, 1400, 2100, 2800, 3500]) hanging.set(numberOf(n), waiting);

  /** Person -> when their acknowledgement arrived, and the time after which a call is too late. */
  const acknowledged = new Map<string, { at: number; fence: number }>();
  const chosen = new Set<number>();
  const ways: ((server: TestServer, n: number) => Promise<{ status: number }>)[] = [
    (server, n) =>
      call(server, "POST", "/v1/messages/inbounds", {
        channel: "sms",
        from: numberOf(n),
        to: "+447700900001",
        body: "Stop, please",
      }),
    (server, n) => call(server, "DELETE", `/v1/profiles/p${n}/optin?channel=sms`),
    (server, n) => call(server, "PATCH", `/v1/profiles/p${n}`, { optIn: { sms: false } }),
    (server, n) => {
      const of = { profileId: `p${n}`, address: numberOf(n) } as const;
      const wish = { ...of, channel: "sms", messageId: "1" } as const;
      const link = new URL(unsubscribeUrl({ publicUrl: "https://news.example", key }, wish) ?? "");
      return call(server, "POST", link.pathname, "List-Unsubscribe=One-Click", {
        Authorization: "",
      });
    },
  ];
  const optOut = async (server: TestServer, n: number) => {
    const way = ways[n % ways.length] as (typeof ways)[number];
    const { status } = await way(server, n);
    const at = performance.now();
    acknowledged.set(numberOf(n), { at, fence: await receiver.fence() });
    assert.ok(status === 200 || status === 201, `${status} for person ${n}`);
  };
  /** Mostly somebody whose turn is next, who is the hardest to stop. */
  const choose = (): number => {
    const frontier = Math.max(0, ...receiver.calls.slice(-20).map(({ to }) => Number(to.slice(5))));
    for (;;) {
      const near = frontier + 1 + Math.floor(Math.random() * 60);
      const n = Math.random() < 0.8 ? near : 1 + Math.floor(Math.random() * audience);
      if (n > audience || chosen.has(n) || hanging.has(numberOf(n))) continue;
      chosen.add(n);
      return n;
    }
  };
  const reached = (count: number) =>
    until(`call no. ${count}`, () => receiver.calls.length >= count, 100);

  const id = await beginBroadcast(first);

  const moments = Array.from({ length: optOuts - stops * perStop - hanging.size }, () =>
    Math.floor(Math.random() * audience * 0.85),
  ).sort((a, b) => a - b);
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (const [index, moment] of moments.entries()) {
      if (index % 8 !== client) continue;
      await reached(moment);
      await optOut(servers[index % 2] as TestServer, choose());
    }
  });

  const waits: number[] = [];
  const stopping = async () => {
    for (let stop = 1; stop <= stops; stop++) {
      await reached((stop * audience * 0.8) / stops);
      process.kill(first.pid, "SIGSTOP");
      const began = performance.now();
      await Promise.all(Array.from({ length: perStop }, () => optOut(second, choose())));
      waits.push(performance.now() - began);
      process.kill(first.pid, "SIGCONT");
    }
  };
  await Promise.all([...clients, stopping()]);

  // They opt out while the gateway still keeps their first call waiting; it then fails, and there
  // must be no second one.
  const kept = [...hanging.keys()];
  await until("the calls that hang", () => kept.every((to) => hanging.get(to) !== waiting));
  for (const to of kept) await optOut(second, Number(to.slice(5)));
  for (const to of kept) hanging.get(to)?.();

  const { counts } = await broadcastDone(() => first, id);
  const strict = receiver.calls.filter(({ to, at }) => at > (acknowledged.get(to)?.at ?? Infinity));
  const late = receiver.calls.filter(
    ({ to, at }) => at > (acknowledged.get(to)?.fence ?? Infinity),
  );
  const called = new Set(receiver.calls.map(({ to }) => to));
  const spared = [...acknowledged.keys()].filter((to) => !called.has(to));
  t.diagnostic(
    `${receiver.calls.length} calls, ${acknowledged.size} opt-outs, ${spared.length} of them in time; ` +
      `under way at an acknowledgement: ${strict.length - late.length}; while stopped the slowest took ${waits.map(Math.round)} ms`,
  );
  const after = late.slice(0, 5).map(({ to, at }) => `${at - (acknowledged.get(to)?.at ?? 0)} ms`);
  assert.equal(
    late.length,
    0,
    `${late.length} calls began after the acknowledgement: ${after}, ...`,
  );
  assert.equal(acknowledged.size, optOuts);
  // Otherwise this would have shown nothing.
  assert.ok(spared.length > 100, `only ${spared.length} opted out before their turn`);
  assert.equal(counts.queued, 0);
  assert.equal(counts.sent + counts.filtered + counts.unknown + counts.failed, audience);
  // Whoever was called once without success and opted out before the next attempt is filtered, too.
  const filtered = await database.sql<{ to: string }[]>`
    select p.phone_number as "to" from messages m join profiles p on p.id = m.profile_id
    where m.status in ('filtered', 'unknown')`;
  const stopped = new Set(filtered.map(({ to }) => to));
  assert.deepEqual(
    [...spared, ...kept].filter((to) => !stopped.has(to)),
    [],
  );
  assert.deepEqual(
    [...stopped].filter((to) => !acknowledged.has(to)),
    [],
  );
  const inVain = stopped.size - spared.length - kept.length;
  t.diagnostic(`${inVain} were called in vain before they opted out`);
  assert.equal(counts.failed, 0);
  assert.ok(
    waits.every((wait) => wait < 7000),
    `an opt-out waited for a stopped server: ${waits} ms`,
  );
});
