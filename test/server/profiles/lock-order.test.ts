// One lock for each person, taken in one order by everyone: whatever writes to the same people at
// once, nobody meets a deadlock, and nobody is told to come back later.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keptKey } from "../../../server/access/secrets.ts";
import { unsubscribeUrl } from "../../../server/links/unsubscribe.ts";
import { type Answer, apiKey, call, makePeople, numberOf } from "../../support/crowd.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const people = 500;
const rounds = 12;

let database: TestDatabase;
let servers: TestServer[];

before(async () => {
  database = await testDatabase();
  await makePeople(database.slowWrites, people);
  const env = { DATABASE_URL: database.url, API_KEY: apiKey };
  servers = [await startServer({ env }), await startServer({ env })];
});
after(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await database.end();
});

/** The numbers of everybody, in another order each time. */
function everybody(): number[] {
  const numbers = Array.from({ length: people }, (_, index) => index + 1);
  for (let at = numbers.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [numbers[at], numbers[other]] = [numbers[other] as number, numbers[at] as number];
  }
  return numbers;
}

const some = (count: number) => everybody().slice(0, count);

/** What a client does with everybody, all of it at once. */
function work(server: TestServer, key: string): Record<string, () => Promise<Answer[]>> {
  const post = (path: string, body: unknown) => call(server, "POST", path, body);
  const optInAll = (optedIn: boolean) => {
    const optIn = { sms: optedIn, email: optedIn };
    const rows = everybody().map((n) => ({ phoneNumber: numberOf(n), optIn }));
    return post("/v1/profiles/import", { rows });
  };
  return {
    optOut: async () => [
      await post("/v1/profiles/optout", {
        profileIds: everybody().map((n) => `p${n}`),
        channels: ["sms", "email"],
      }),
    ],
    optIn: () =>
      Promise.all(
        some(40).map((n) =>
          call(server, "PUT", `/v1/profiles/p${n}/optin`, { channels: ["sms", "email"] }),
        ),
      ),
    importAll: async () => [await optInAll(true), await optInAll(false)],
    inbounds: () =>
      Promise.all(
        some(20).map((n) =>
          post("/v1/messages/inbounds", {
            channel: "sms",
            from: numberOf(n),
            to: "+447700900001",
            body: "STOP",
          }),
        ),
      ),
    unsubscribe: () =>
      Promise.all(
        some(20).map((n) => {
          const link = { profileId: `p${n}`, channel: "email" as const, messageId: "1" };
          const address = `p${n}@people.example`;
          const at = { publicUrl: "https://news.example", key };
          const { pathname } = new URL(unsubscribeUrl(at, { ...link, address }) ?? "");
          return call(server, "POST", pathname, "List-Unsubscribe=One-Click");
        }),
      ),
    broadcast: async () => [
      await post("/v1/broadcasts", {
        name: "News",
        channel: "sms",
        body: "Hi",
        audience: { everyone: true },
      }),
    ],
    send: async () => [
      await post(
        "/v1/messages/batch",
        some(60).map((n) => ({
          to: { phoneNumber: numberOf(n) },
          rules: ["sms", "email"],
          body: "Hi",
        })),
      ),
    ],
    swapNumbers: () =>
      Promise.all(
        some(10).map((n) =>
          call(server, "PATCH", `/v1/profiles/p${n}`, {
            phoneNumber: numberOf(people + Math.ceil(Math.random() * 20)),
          }),
        ),
      ),
    merge: () =>
      Promise.all(
        some(6).map(async (n) => {
          const [other] = some(1);
          await call(server, "PATCH", `/v1/profiles/p${n}`, { phoneNumber: null, email: null });
          return post(`/v1/profiles/p${other}/merge`, { from: `p${n}` });
        }),
      ),
    forget: () =>
      Promise.all(some(4).map((n) => call(server, "DELETE", `/v1/profiles/p${n}?forget=true`))),
  };
}

test("two that opt the same 500 people in and out, import, merge, send and forget meet no deadlock", {
  timeout: 240_000,
}, async () => {
  const key = await keptKey(database.sql, "unsubscribe_key");
  await call(servers[0] as TestServer, "POST", "/v1/rules", {
    channel: "sms",
    keyword: "STOP",
    action: "optOut",
  });
  const statuses: Record<string, Record<number, number>> = {};
  const client = async (server: TestServer) => {
    for (let round = 0; round < rounds; round++) {
      const acts = Object.entries(work(server, key)).map(async ([name, act]) => {
        for (const { status } of await act()) {
          statuses[name] ??= {};
          const seen = statuses[name];
          seen[status] = (seen[status] ?? 0) + 1;
        }
      });
      await Promise.all(acts);
    }
  };
  await Promise.all(servers.map(client));

  const wrong = Object.entries(statuses).filter(([, seen]) =>
    Object.keys(seen).some((status) => Number(status) >= 500),
  );
  assert.deepEqual(wrong, [], JSON.stringify(statuses));
  for (const [name, seen] of Object.entries(statuses))
    assert.ok(
      [200, 201, 202, 204].some((status) => seen[status]),
      `${name}: ${JSON.stringify(seen)}`,
    );
  // A server's connections report what they met when they end, at the latest.
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  const [met] = await database.sql`
    select deadlocks::int from pg_stat_database where datname = current_database()`;
  assert.deepEqual({ ...met }, { deadlocks: 0 });
});
