// What a boot prints: where to go next, or in one line what is wrong.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { formBody } from "../../support/app.ts";
import { temporaryFolder, testDatabase } from "../../support/database.ts";
import { bootFails, startServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

async function refused(env: Record<string, string>): Promise<string> {
  const { code, output } = await bootFails(env);
  assert.equal(code, 1);
  assert.equal(output.trim().split("\n").length, 1, output);
  return output.trim();
}

test("the curl line that a first boot prints works as pasted", async () => {
  const server = await startServer();
  const line = server
    .output()
    .split("\n")
    .find((text) => text.trim().startsWith("curl")) as string;
  const answer = execFileSync("sh", ["-c", line.replace("curl", "curl -s")], {
    cwd: "/",
    encoding: "utf8",
  });
  assert.equal(typeof JSON.parse(answer).sms, "boolean");
  await server.stop();
});

test("the first key is in a file that only its owner can read", async () => {
  const server = await startServer();
  assert.equal(statSync(join(server.dataDir, "api-key")).mode & 0o777, 0o600);
  await server.stop();
});

test("a later boot keeps the existing key", async () => {
  const dataDir = temporaryFolder();
  const database = await testDatabase();
  const boot = () => startServer({ dataDir, env: { DATABASE_URL: database.url } });
  const first = await boot();
  await first.stop();
  const second = await boot();
  assert.equal(second.key, first.key);
  assert.equal(readFileSync(join(dataDir, "api-key"), "utf8").trim(), first.key);
  await second.stop();
  await database.end();
  rmSync(dataDir, { recursive: true });
});

test("API_KEY creates that key, and no file", async () => {
  const key = "for-automation-0123456789";
  const server = await startServer({ env: { API_KEY: key } });
  const answer = await fetch(`${server.url}/v1/profiles/optin`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  assert.equal(answer.status, 200);
  assert.throws(() => statSync(join(server.dataDir, "api-key")));
  assert.ok(!server.output().includes(key));
  await server.stop();
});

test("an API_KEY that was revoked stays revoked, and the boot says so", async () => {
  const key = "for-automation-0123456789";
  const database = await testDatabase();
  const boot = () => startServer({ env: { API_KEY: key, DATABASE_URL: database.url } });
  const first = await boot();
  assert.doesNotMatch(first.output(), /Caution/);
  await first.stop();
  await database.sql`update keys set revoked_at = now()`;
  const second = await boot();
  const answer = await fetch(`${second.url}/v1/profiles/optin`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  assert.equal(answer.status, 401);
  assert.match(second.output(), /Caution +API_KEY is a key that was revoked/);
  await second.stop();
  await database.end();
});

test("a first key that was revoked is no longer offered, and the boot says so", async () => {
  const dataDir = temporaryFolder();
  const database = await testDatabase();
  const boot = () => startServer({ dataDir, env: { DATABASE_URL: database.url } });
  await (await boot()).stop();
  await database.sql`update keys set revoked_at = now()`;
  const second = await boot();
  assert.match(second.output(), /Caution +The key in .*api-key was revoked/);
  assert.match(second.output(), /Bearer YOUR_API_KEY"/);
  await second.stop();
  await database.end();
  rmSync(dataDir, { recursive: true });
});

test("PUBLIC_URL is what the boot prints", async () => {
  const server = await startServer({ env: { PUBLIC_URL: "https://optin.example.com/" } });
  assert.match(server.output(), /running at https:\/\/optin\.example\.com\n/);
  await server.stop();
});

test("a PUBLIC_URL without TLS gets a warning", async () => {
  const server = await startServer({ env: { PUBLIC_URL: "http://optin.example.com" } });
  assert.match(server.output(), /Caution +PUBLIC_URL is http:\/\/optin\.example\.com: .* https /);
  await server.stop();
});

test("a health check by HTTP/1.0 without a Host is answered", async () => {
  const server = await startServer();
  for (const path of ["/healthz", "/readyz"]) {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write(`GET ${path} HTTP/1.0\r\n\r\n`);
    assert.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n/);
  }
  await server.stop();
});

test("a wrong value is named", async () => {
  assert.equal(
    await refused({ PORT: "eighty" }),
    'PORT is "eighty"; it must be a whole number from 0 to 65535.',
  );
});

test("a port in use is named", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as AddressInfo;
  const database = await testDatabase();
  const dataDir = temporaryFolder();
  const output = await refused({
    PORT: String(port),
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
  });
  assert.match(output, new RegExp(`^Port ${port} is taken`));
  other.close();
  await database.end();
  rmSync(dataDir, { recursive: true });
});

test("a host that this machine does not have is named", async () => {
  const database = await testDatabase();
  const dataDir = temporaryFolder();
  assert.match(
    await refused({ HOST: "192.0.2.1", DATABASE_URL: database.url, DATA_DIR: dataDir }),
    /^HOST 192\.0\.2\.1/,
  );
  await database.end();
  rmSync(dataDir, { recursive: true });
});

test("a data folder that cannot be written to is named", async () => {
  const folder = temporaryFolder();
  // A file in its place stops even root, whom no mode stops.
  writeFileSync(join(folder, "data"), "");
  const output = await refused({ DATA_DIR: join(folder, "data", "here") });
  assert.match(output, /^The data folder .*\/data\/here is not writable \(ENOTDIR\)/);
  rmSync(folder, { recursive: true });
});

test("an unreachable database is named, without its password", async () => {
  const output = await refused({ DATABASE_URL: "postgres://user:hunter2@127.0.0.1:1/optin" });
  assert.match(output, /^DATABASE_URL: the database cannot be reached \(.*ECONNREFUSED/);
  assert.ok(!output.includes("hunter2"));
});

test("an unreadable DATABASE_URL is named, without its password", async () => {
  const output = await refused({ DATABASE_URL: "postgres://user:hun%ter2@127.0.0.1:1/optin" });
  assert.match(output, /^DATABASE_URL/);
  assert.ok(!output.includes("ter2"));
});

test("a database of a newer version is named", async () => {
  const database = await testDatabase();
  await database.sql`insert into migrations (number, name) values (9999, 'later')`;
  assert.match(
    await refused({ DATABASE_URL: database.url }),
    /^The database is newer than this version/,
  );
  await database.end();
});

test("an idle connection is kept longer than a proxy keeps it, so that no request is lost", async () => {
  const server = await startServer();
  const answer = await fetch(`${server.url}/healthz`);
  const [, seconds] = /timeout=(\d+)/.exec(answer.headers.get("Keep-Alive") ?? "") ?? [];
  assert.ok(Number(seconds) > 60, `${seconds} s`);
  await server.stop();
});

test("a running request is finished before the server stops", async () => {
  const { answer, exitCode } = await stoppedInFlight();
  assert.deepEqual([answer.status, exitCode], [200, 0]);
});

test("a running request is told that its connection ends, when the server stops", async () => {
  const { answer } = await stoppedInFlight();
  assert.equal(answer.headers.get("Connection"), "close");
});

/** The answer to a request during which the server was stopped. */
async function stoppedInFlight() {
  const database = await testDatabase();
  const server = await startServer({ env: { DATABASE_URL: database.url } });
  const headers = { Authorization: `Bearer ${server.key}` };
  // Locks the table that the request reads, so that it runs for as long as we like.
  const inFlight = await database.sql.begin(async (tx) => {
    await tx`lock table profiles in access exclusive mode`;
    const answer = fetch(`${server.url}/v1/profiles?phoneNumber=%2B447700900123`, { headers });
    await waiting(database.reads);
    const stopped = server.stop();
    await refusesConnections(server.url);
    return { answer, stopped };
  });
  const answer = await inFlight.answer;
  const exitCode = await inFlight.stopped;
  await database.end();
  return { answer, exitCode };
}

test("the server survives the loss of its database", async () => {
  const database = await testDatabase();
  const server = await startServer({ env: { DATABASE_URL: database.url } });
  const headers = { Authorization: `Bearer ${server.key}` };
  await database.sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  let status = 0;
  while (status !== 200)
    status = (await fetch(`${server.url}/v1/profiles/optin`, { headers })).status;
  assert.equal(status, 200);
  assert.equal(await server.stop(), 0);
  await database.end();
});

async function waiting(sql: Awaited<ReturnType<typeof testDatabase>>["reads"]): Promise<void> {
  for (;;) {
    const rows = await sql`
      select 1 from pg_stat_activity where datname = current_database()
        and wait_event_type = 'Lock'`;
    if (rows.length > 0) return;
  }
}

async function refusesConnections(url: string): Promise<void> {
  for (;;) {
    const refused = await fetch(`${url}/healthz`).then(
      () => false,
      () => true,
    );
    if (refused) return;
  }
}

test("a boot warns once about the forms that send codes to every country, and names them", async () => {
  const database = await testDatabase();
  const boot = () => startServer({ env: { DATABASE_URL: database.url } });
  const first = await boot();
  const make = async (over: Record<string, unknown>) => {
    const answer = await fetch(`${first.url}/v1/forms`, {
      method: "POST",
      headers: { Authorization: `Bearer ${first.key}`, "Content-Type": "application/json" },
      body: JSON.stringify(formBody({ confirm: "double", defaultCountry: null, ...over })),
    });
    assert.equal(answer.status, 201);
    return ((await answer.json()) as { id: string }).id;
  };
  const risky = [await make({}), await make({ defaultCountry: "GB", countries: [] })];
  for (const over of [
    { countries: ["GB"] },
    { defaultCountry: "GB" },
    { confirm: "none" },
    { channel: "email" },
    { active: false },
  ])
    await make(over);
  assert.doesNotMatch(first.output(), /every country/);
  await first.stop();
  const second = await boot();
  await second.stop();
  const warnings = second
    .output()
    .split("\n")
    .filter((line) => line.includes("every country"))
    .map((line) => JSON.parse(line));
  await database.end();
  assert.equal(warnings.length, 1);
  assert.deepEqual([warnings[0].level, warnings[0].forms], [40, risky.reverse()]);
});

test("a boot succeeds though twins cannot be held out, and a later one goes on", async () => {
  const database = await testDatabase();
  const { sql } = database;
  const numbers = ["+5511987654321", "+551187654321"];
  await sql`select make_profiles('[{"id": "one"}, {"id": "two"}]')`;
  await sql`select set_flag(p_profile_id => 'one', p_channel => 'sms', p_opted_in => false,
    p_source => 'rule', p_actor => '{}')`;
  await sql`select set_flag(p_profile_id => 'two', p_channel => 'sms', p_opted_in => true,
    p_source => 'rule', p_actor => '{}')`;
  await sql`update profiles set phone_number = case id when 'one' then ${numbers[0] as string}
    else ${numbers[1] as string} end`;
  await sql`delete from settings where name = 'twins_held_out'`;
  await sql`create function fail() returns trigger language plpgsql
    as $$ begin raise exception 'twins fail'; end $$`;
  await sql`create trigger fails before update on asked_flags
    for each row execute function fail()`;
  const boot = () => startServer({ env: { DATABASE_URL: database.url } });
  const first = await boot();
  await until("the failure is logged", () => first.output().includes("twins wait"));
  await first.stop();
  await sql`drop trigger fails on asked_flags`;
  const second = await boot();
  await until("the twin is out", async () => {
    const [flag] = await sql`
      select from flags where profile_id = 'two' and channel = 'sms' and not opted_in`;
    return flag !== undefined;
  });
  await second.stop();
  await database.end();
});
