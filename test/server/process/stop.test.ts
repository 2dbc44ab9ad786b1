// Stopping: within seconds, whatever is connected, even if nobody reads the server's output.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { temporaryFolder, testDatabase } from "../../support/database.ts";
import { spawnServer, startServer, type TestServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

/** `docker stop` kills after 10 s; a stop takes at most 5, and a busy machine may add to that. */
const atMost = 8_000;

test("idle connections end at once", async () => {
  const server = await startServer();
  const sockets = [
    await dial(server, ""),
    await dial(server, "GET /healthz HTTP/1.1\r\nHost: loc"),
    await keptAlive(server),
  ];
  const began = performance.now();
  assert.equal(await server.stop(), 0);
  // Less than running requests get.
  assert.ok(performance.now() - began < 4_000);
  for (const socket of sockets) socket.destroy();
});

test("a body that never ends and a download that nobody reads are cut off", async () => {
  const server = await startServer();
  const head = `Host: localhost\r\nAuthorization: Bearer ${server.key}\r\n`;
  const upload = `POST /v1/profiles HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  await fillWithText(server);
  const sockets = [
    await dial(server, upload),
    await dial(server, `GET /v1/profiles/export HTTP/1.1\r\n${head}\r\n`),
  ];
  // The download has begun, and is stuck.
  await once(sockets[1] as Socket, "readable");
  const began = performance.now();
  assert.equal(await server.stop(), 0);
  assert.ok(performance.now() - began < atMost);
  for (const socket of sockets) socket.destroy();
});

test("a server whose output nobody reads keeps working, and stops", async (t) => {
  const database = await testDatabase();
  const { child, output } = await spawnServer({
    DATABASE_URL: database.url,
    DATA_DIR: temporaryFolder(),
    LOG_LEVEL: "info",
  });
  t.after(() => child.kill("SIGKILL"));
  await until("the server to listen", () => /\/site\//.test(output()));
  const url = /running at (\S+)/.exec(output())?.[1];
  child.stdout.destroy();
  child.stderr.destroy();
  // More than the log buffers, so that it has met the closed pipe.
  for (let call = 0; call < 100; call++) await fetch(`${url}/healthz`).then((r) => r.text());
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  const exited = once(child, "exit", { signal: AbortSignal.timeout(atMost) });
  child.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
  await database.end();
});

test("a server whose last line nobody reads stops", async (t) => {
  const database = await testDatabase();
  const { child, output } = await spawnServer({
    DATABASE_URL: database.url,
    DATA_DIR: temporaryFolder(),
    LOG_LEVEL: "info",
  });
  t.after(() => child.kill("SIGKILL"));
  await until("the server to listen", () => /\/site\//.test(output()));
  child.stdout.destroy();
  const exited = once(child, "exit", { signal: AbortSignal.timeout(atMost) });
  child.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
  await database.end();
});

for (const { what, released, expected } of [
  { what: "is answered where it is done in time", released: "meanwhile", expected: 202 },
  { what: "does not hold the stop up where it is not", released: "later", expected: "cut" },
]) {
  test(`a large body that a thread is at work on ${what}`, async () => {
    const database = await testDatabase();
    const env = { DATABASE_URL: database.url, LOG_LEVEL: "info" };
    const server = await startServer({ env });
    const batch = Array.from({ length: 200 }, (_, index) => ({
      to: { phoneNumber: `+4477${String(index).padStart(8, "0")}` },
      rules: ["sms"],
      requireOptIn: false,
      body: "x".repeat(200),
    }));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holding = database.slowWrites.begin(async (tx) => {
      await tx`set local idle_in_transaction_session_timeout = 0`;
      await tx`lock table profiles in access exclusive mode`;
      await held;
    });
    const answer = fetch(`${server.url}/v1/messages/batch`, {
      method: "POST",
      headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
      body: JSON.stringify(batch),
    }).then(
      ({ status }) => status,
      () => "cut",
    );
    await until("the thread to wait", async () => {
      const [row] = await database.sql`
        select pid from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database() and query like '%send_message%'`;
      return row;
    });
    const began = performance.now();
    const stopping = server.stop();
    if (released === "meanwhile") {
      await until("the stop", () => /SIGTERM: stopping/.test(server.output()));
      release();
    }
    assert.equal(await stopping, 0);
    assert.ok(performance.now() - began < atMost);
    release();
    await holding;
    assert.equal(await answer, expected);
    // Whatever was acknowledged is there; the rest may be, as a whole.
    const sent = (await database.sql`select from messages`).length;
    assert.ok(sent === batch.length || (expected === "cut" && sent === 0), `${sent} messages`);
    await database.end();
  });
}

async function dial(server: TestServer, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(server.otherUrl).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  if (text) await new Promise<void>((sent) => socket.write(text, () => sent()));
  return socket;
}

async function keptAlive(server: TestServer): Promise<Socket> {
  const answer = get(`${server.otherUrl}/healthz`, { agent: new Agent({ keepAlive: true }) });
  const [response] = await once(answer, "response");
  const { socket } = response;
  response.resume();
  await once(response, "end");
  return socket;
}

/** More than the buffers between a server and a client who reads nothing can hold. */
async function fillWithText(server: TestServer): Promise<void> {
  const rows = Array.from({ length: 800 }, (_, index) => ({
    id: `reader${index}`,
    properties: { text: "x".repeat(19_000) },
  }));
  const answer = await fetch(`${server.url}/v1/profiles/import`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ rows }),
  });
  assert.equal(answer.status, 200);
}
