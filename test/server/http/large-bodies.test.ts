// Large bodies are answered in threads: nobody else waits, and the answers are those of small ones.

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type TestDatabase, temporaryFolder, testDatabase } from "../../support/database.ts";
import { longestPause, measuringPauses } from "../../support/pauses.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const pauses = join(temporaryFolder(), "pauses");
let database: TestDatabase;
let server: TestServer;

before(async () => {
  database = await testDatabase();
  server = await startServer({ env: { DATABASE_URL: database.url, ...measuringPauses(pauses) } });
});
after(async () => {
  await server.stop();
  await database.end();
});

const numbers = (count: number) =>
  Array.from({ length: count }, (_, index) => `+4477${String(index).padStart(8, "0")}`);
const listOf = (count: number) => ({ channel: "sms", audience: { addresses: numbers(count) } });
const csvOf = (count: number) => ({
  channel: "sms",
  audience: {
    csv: `name,phoneNumber\n${numbers(count)
      .map((number) => `"Ann ""the\nfirst""",${number}`)
      .join("\n")}`,
  },
});
const batchOf = (count: number, length: number) =>
  numbers(count).map((phoneNumber) => ({
    to: { phoneNumber },
    rules: ["sms"],
    body: "x".repeat(length),
  }));
const rowsOf = (count: number) => ({
  rows: numbers(count).map((phoneNumber) => ({
    phoneNumber,
    properties: { list: Array.from({ length: 500 }, () => 100) },
  })),
});

for (const { what, path, body } of [
  { what: "a list of 150,000", path: "/v1/broadcasts/preview", body: () => listOf(150_000) },
  { what: "a CSV of 150,000", path: "/v1/broadcasts/preview", body: () => csvOf(150_000) },
  { what: "a batch of 40 MB", path: "/v1/messages/batch", body: () => batchOf(5_000, 8_000) },
  { what: "an import of 10 MB", path: "/v1/profiles/import", body: () => rowsOf(5_000) },
]) {
  test(`${what} keeps the event loop busy for less than 50 ms at a time`, async () => {
    const text = JSON.stringify(body());
    await longestPause(server.pid, pauses);
    const answer = await post(path, text);
    assert.ok(answer.ok, await answer.clone().text());
    const pause = await longestPause(server.pid, pauses);
    assert.ok(pause < 50, `${pause} ms`);
  });
}

test("a STOP takes effect while a list is processed", async () => {
  let done = false;
  const preview = post("/v1/broadcasts/preview", JSON.stringify(listOf(150_000))).then((answer) => {
    done = true;
    return answer.status;
  });
  await until("the list to be worked on", async () => {
    const rows = await database.sql`select 1 from pg_stat_activity
      where datname = current_database() and query like '%audience_entries%'
        and pid <> pg_backend_pid()`;
    return rows.length > 0;
  });
  const stop = { channel: "sms", from: "+447700900123", to: "+447700900999", body: "STOP" };
  const answer = await post("/v1/messages/inbounds", JSON.stringify(stop));
  assert.deepEqual([answer.status, done], [201, false]);
  assert.equal(await preview, 200);
});

test("a long list gets the same result as a short one, whichever piece a person is in", async () => {
  const profile = { id: "twice", phoneNumber: "+447700900321", email: "ann@example.com" };
  const optedIn = await post("/v1/profiles", JSON.stringify({ ...profile, optIn: { sms: true } }));
  assert.equal(optedIn.status, 201);
  const addresses = ["+44 7700 900321", ...numbers(25_000), "ann@example.com", "nobody's"];
  const lines = ["Email;x", ...addresses].map(
    (one) => `"a;b\n";${one === "Email;x" ? "phoneNumber" : `"${one}"`}`,
  );
  for (const audience of [{ addresses }, { csv: lines.join("\r\n") }]) {
    const answer = await post(
      "/v1/broadcasts/preview",
      JSON.stringify({ channel: "sms", audience }),
    );
    const { willGet, willNot } = await answer.json();
    assert.deepEqual(willGet, { count: 1, examples: ["+44 7700 900321"] });
    const counts = Object.fromEntries(
      willNot.map(({ reason, count }: { reason: string; count: number }) => [reason, count]),
    );
    const known = (
      await database.sql`
      select 1 from profiles where phone_number like '+4477%' and id <> 'twice'
        and phone_number < '+447700025000'`
    ).length;
    assert.deepEqual([counts.duplicate, counts.unknown], [1, 25_001 - known]);
  }
  assert.equal((await database.sql`select 1 from audience_entries`).length, 0);
});

test("errors in a large body are answered as in a small one", async () => {
  const long = "x".repeat(40_000);
  for (const [path, body] of [
    ["/v1/broadcasts/preview", { channel: "sms", audience: {} }],
    ["/v1/broadcasts/preview", { channel: "smoke", audience: { everyone: true } }],
    ["/v1/messages/batch", {}],
    ["/v1/profiles/import", { rows: [] }],
  ] as const) {
    const small = await post(path, JSON.stringify(body));
    const large = await post(path, JSON.stringify(body).padEnd(40_000));
    assert.deepEqual(await large.json(), await small.json());
    assert.deepEqual([small.status, large.status], [422, 422]);
    assert.equal(large.headers.get("Content-Type"), small.headers.get("Content-Type"));
  }
  const statusOf = async (body: string, headers = {}) =>
    (await post("/v1/broadcasts/preview", body, headers)).status;
  assert.equal(await statusOf(`{"channel": "${long}`), 400);
  assert.equal(await statusOf(long, { "Content-Type": "text/plain" }), 415);
  assert.equal(await statusOf(long, { Authorization: "Bearer nobody" }), 401);
});

test("a large body that comes in chunks is read up to the limit", async () => {
  assert.equal(await postInChunks(JSON.stringify(listOf(5_000)), 1), 200);
  assert.equal(await postInChunks("x".repeat(1024 * 1024), 65), 413);
});

test("a large batch with an Idempotency-Key is sent once, and dispatched", async () => {
  const headers = { "Idempotency-Key": "once" };
  const text = JSON.stringify(batchOf(1_200, 50));
  const first = await (await post("/v1/messages/batch", text, headers)).json();
  const second = await (await post("/v1/messages/batch", text, headers)).json();
  assert.deepEqual(second, first);
  const indices = first.map(({ index }: { index: number }) => index);
  assert.deepEqual(
    indices,
    numbers(1_200).map((_, index) => index),
  );
  const { messageId } = first[1_199];
  await until("the last message to be sent", async () => {
    const [message] = await database.sql`select status from messages where id = ${messageId}`;
    return message?.status === "sent";
  });
});

test("past six simultaneous large bodies the answer is 503 with Retry-After", async () => {
  const head = `POST /v1/broadcasts/preview HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${
    server.key
  }\r\n`;
  const sockets: Socket[] = [];
  const { port } = new URL(server.url);
  let refused = "";
  while (refused === "" && sockets.length < 20) {
    const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`);
    sockets.push(socket);
    socket.on("data", (data) => (refused += data));
    // Answered later, on the same loop: whatever was to be refused has been.
    await fetch(`${server.url}/v1/profiles/optin`, { headers: authorization() });
    await fetch(`${server.url}/v1/profiles/optin`, { headers: authorization() });
  }
  for (const socket of sockets) socket.destroy();
  assert.match(refused, /^HTTP\/1.1 503 /);
  assert.match(refused, /retry-after: 5/i);
  assert.ok(sockets.length >= 7);
  await until("room again", async () => {
    return (await post("/v1/broadcasts/preview", JSON.stringify(listOf(5_000)))).status === 200;
  });
});

test("a body of more values than any list has is refused before any is created", async () => {
  const names = Array.from({ length: 3_000_001 }, (_, index) => `"k${index}":0`);
  const strings = JSON.stringify({ channel: "sms", audience: { csv: ',"\\'.repeat(4_000_000) } });
  for (const [body, status, detail] of [
    [`{${names.join(",")}}`, 413, /3,000,000/],
    [`[${"{},".repeat(20_000_000)}{}]`, 413, /3,000,000/],
    // Commas in a text separate no values.
    [strings, 422, /first line/],
  ] as const) {
    const answer = await post("/v1/broadcasts/preview", body);
    assert.equal(answer.status, status);
    assert.match((await answer.json()).detail, detail);
  }
});

function authorization() {
  return { Authorization: `Bearer ${server.key}` };
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { ...authorization(), "Content-Type": "application/json", ...headers },
    body,
  });
}

/** The status of a preview whose body is `text` so many times, without a Content-Length. */
async function postInChunks(text: string, times: number): Promise<number | undefined> {
  const headers = { ...authorization(), "Content-Type": "application/json" };
  const asked = request(`${server.url}/v1/broadcasts/preview`, { method: "POST", headers });
  asked.on("error", () => {});
  const answered = once(asked, "response");
  for (let turn = 0; turn < times; turn++) asked.write(text);
  asked.end();
  const [response] = await answered;
  response.resume();
  return response.statusCode;
}
