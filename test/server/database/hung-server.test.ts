// A server that hangs in a transaction, or whose network vanishes there, stops nobody from opting
// out through another server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { apiKey, call, makePeople, numberOf } from "../../support/crowd.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { type DatabaseProxy, databaseProxy } from "../../support/database-proxy.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const people = 100;
let database: TestDatabase;
let healthy: TestServer;

before(async () => {
  database = await testDatabase();
  await makePeople(database.slowWrites, people);
  healthy = await startServer({ env: { DATABASE_URL: database.url, API_KEY: apiKey } });
});
after(async () => {
  await healthy.kill();
  await database.end();
});

/** A server whose connections go through a proxy. */
async function proxied(): Promise<{ server: TestServer; proxy: DatabaseProxy }> {
  const proxy = await databaseProxy(database.url);
  const server = await startServer({ env: { DATABASE_URL: proxy.url, API_KEY: apiKey } });
  return { server, proxy };
}

/** Sends a STOP of one person, which is a transaction of several statements. */
function stop(server: TestServer, person: number) {
  const message = { channel: "sms", from: numberOf(person), to: "+447700900001", body: "STOP" };
  return call(server, "POST", "/v1/messages/inbounds", message, { "Idempotency-Key": `${person}` });
}

/** On a connection of its own, so that only the server decides who waits. */
function optOut({ url }: TestServer, person: number): Promise<Response> {
  const headers = { Authorization: `Bearer ${apiKey}` };
  return fetch(`${url}/v1/profiles/p${person}/optin?channel=sms`, { method: "DELETE", headers });
}

async function optedIn(person: number): Promise<boolean | undefined> {
  const [flag] = await database.reads<{ optedIn: boolean }[]>`
    select opted_in as "optedIn" from flags where profile_id = ${`p${person}`} and channel = 'sms'`;
  return flag?.optedIn;
}

/** While `held`'s rows are locked: others opt out at once, and `held` within 10 s. */
async function showNobodyWaits(held: number, others: number[]): Promise<void> {
  const order: number[] = [];
  const began = performance.now();
  const timed = async (person: number) => {
    const { status } = await optOut(healthy, person);
    order.push(person);
    return { status, seconds: (performance.now() - began) / 1000 };
  };
  const same = Array.from({ length: 40 }, () => timed(held));
  const answers = await Promise.all(others.map(timed));
  assert.deepEqual(
    answers.map(({ status }) => status),
    others.map(() => 200),
  );
  assert.equal(order.includes(held), false, "the others do not wait for whoever is held");
  const { status: ready } = await call(healthy, "GET", "/readyz");
  assert.equal(ready, 200);
  for (const { status, seconds } of await Promise.all(same)) {
    assert.equal(status, 200);
    assert.ok(seconds < 10, `${seconds} s`);
  }
  assert.equal(await optedIn(held), false);
}

test("a server stopped in a transaction delays nobody else", async () => {
  const { server, proxy } = await proxied();
  const reached = proxy.inTransaction("receive_message", () => process.kill(server.pid, "SIGSTOP"));
  stop(server, 1).catch(() => {});
  await reached;
  await showNobodyWaits(1, [2, 3, 4, 5, 6]);
  await server.kill();
  proxy.stop();
});

test("a server whose network vanished in a transaction delays nobody else", async () => {
  const { server, proxy } = await proxied();
  const reached = proxy.inTransaction("receive_message", () => proxy.swallow());
  stop(server, 11).catch(() => {});
  await reached;
  await showNobodyWaits(11, [12, 13, 14, 15, 16]);
  await server.kill();
  proxy.stop();
});

test("a server that lost the database says so, answers within 10 s, and continues", async () => {
  const { server, proxy } = await proxied();
  assert.equal((await optOut(server, 21)).status, 200);
  proxy.swallow();
  const began = performance.now();
  const answers = Promise.all([22, 23, 24].map((person) => optOut(server, person)));
  const ready = await call(server, "GET", "/readyz");
  assert.equal(ready.status, 503);
  assert.match(ready.body.detail, /No connection to the database is free/);
  assert.deepEqual(
    (await answers).map(({ status }) => status),
    [503, 503, 503],
  );
  const seconds = (performance.now() - began) / 1000;
  assert.ok(seconds < 10.5, `${seconds} s`);
  assert.equal(await optedIn(22), true);
  proxy.restore();
  proxy.reset();
  assert.equal((await optOut(server, 22)).status, 200);
  assert.equal(await optedIn(22), false);
  await server.kill();
  proxy.stop();
});
