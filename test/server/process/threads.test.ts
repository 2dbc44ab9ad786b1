// The threads that answer large bodies, when one is lost while it is working.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { Worker } from "node:worker_threads";
import { pino } from "pino";
import { channels } from "../../../server/addresses/channels.ts";
import type { Threads } from "../../../server/http/whole-request.ts";
import { openThreads } from "../../../server/process/threads.ts";
import { type Answer, type TestApp, testApp } from "../../support/app.ts";
import { until } from "../../support/until.ts";

let app: TestApp;
let threads: Threads & { end(): Promise<void> };
let started: Worker[];
let logged: string[];
const remember = (worker: Worker) => started.push(worker);

beforeEach(async () => {
  [started, logged] = [[], []];
  process.on("worker", remember);
  app = await testApp({ threads: { answer: (read) => threads.answer(read) } });
});
afterEach(async () => {
  process.off("worker", remember);
  await threads.end();
  await app.end();
});

function open({ connection = app.database.connection, maxTime = 300_000 } = {}) {
  const services = {
    publicUrl: app.url,
    secrets: ["a secret for the tests alone"],
    trustedProxies: [],
    limits: { client: 0, address: 0, confirmations: 0 },
    answerTime: 0,
    providers: { twilioAuthToken: undefined, metaAppSecret: undefined, metaVerifyToken: undefined },
    outboxChannels: channels,
  };
  const settings = { connection, logLevel: "silent", services };
  const log = pino({ level: "info" }, { write: (line: string) => logged.push(line) });
  threads = openThreads(settings, { poke: () => {}, log, maxTime });
}

/** More than is answered without a thread. */
const batch = Array.from({ length: 200 }, (_, index) => ({
  to: { phoneNumber: `+4477${String(index).padStart(8, "0")}` },
  rules: ["sms"],
  requireOptIn: false,
  body: "x".repeat(200),
}));
const send = (headers = {}) => app.call("POST", "/v1/messages/batch", batch, headers);

/** Sends while nobody can be found, and does `work` once the thread waits for that. */
async function whileWaiting(work: () => unknown, headers = {}): Promise<Answer> {
  return app.database.slowWrites.begin(async (tx) => {
    await tx`set local idle_in_transaction_session_timeout = 0`;
    await tx`lock table profiles in access exclusive mode`;
    const sending = send(headers);
    await until("the thread to wait", async () => {
      const [row] = await app.database.sql`
        select pid from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`;
      return row;
    });
    await work();
    return sending;
  });
}

const queued = async () => (await app.database.sql`select from messages`).length;

test("a request whose thread dies is told that it may have been done, and the next is answered", async () => {
  open();
  const { status, body, headers } = await whileWaiting(() => started[0]?.terminate());
  assert.deepEqual([status, body.code], [503, "unavailable"]);
  assert.match(body.detail, /may have been done.*same Idempotency-Key/);
  assert.equal(headers.get("Retry-After"), "10");
  assert.match(logged.join(), /a thread was lost/);
  assert.equal((await send()).status, 202);
  assert.equal(started.length, 2);
});

test("a request that takes too long is told the same, and acts once if repeated with its key", async () => {
  open({ maxTime: 5_000 });
  const key = { "Idempotency-Key": "patient" };
  const { status, body } = await whileWaiting(() => {}, key);
  assert.deepEqual([status, body.code], [503, "unavailable"]);
  // The first one works until PostgreSQL notices that nobody waits for it.
  const again = await until("the key to be free", async () => {
    const answer = await send(key);
    return answer.body.code !== "in_flight" && answer;
  });
  assert.equal(again.status, 202);
  assert.deepEqual((await send(key)).body, again.body);
  assert.equal(await queued(), batch.length);
});

test("a request whose thread fails at its start is answered, too", async () => {
  open({ connection: null as never });
  const { status, body } = await send();
  assert.deepEqual([status, body.code], [503, "unavailable"]);
});
