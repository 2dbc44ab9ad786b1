// A database of its own for each test file, on one PostgreSQL for the whole run.

import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Database, open } from "../../server/database/connect.ts";
import { startEmbedded } from "../../server/database/embedded.ts";
import { copyKeptCluster, template, user } from "./kept-cluster.ts";

export type TestDatabase = Database & {
  /** For a server process: its DATABASE_URL. */
  url: string;
};

const memory = "/dev/shm";

let own: Promise<{ socketFolder: string; stop(): Promise<void> }> | undefined;
let inUse = 0;

/** A new, migrated database; with `empty: true`, it has no tables. Call `end` when done. */
export async function testDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const socketFolder = await runningServer();
  inUse++;
  const database = `test_${randomBytes(6).toString("hex")}`;
  await administer(
    socketFolder,
    `create database ${database} template ${empty ? "template0" : template}`,
  );
  const opened = connect({ socketFolder, database, user });
  const url = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
  return {
    ...opened,
    url,
    async end() {
      await opened.end();
      await administer(socketFolder, `drop database ${database} with (force)`);
      await leave();
    },
  };
}

/** Starts a PostgreSQL for tests on a copy of the kept cluster, in a temporary folder. */
export async function startTestPostgres(): Promise<{
  socketFolder: string;
  stop(): Promise<void>;
}> {
  const folder = temporaryFolder();
  // Losing data with the machine does not matter here, and each test file creates a database.
  const settings = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=300",
  ];
  await copyKeptCluster(folder);
  const embedded = await startEmbedded(folder, { settings });
  return {
    socketFolder: embedded.target.socketFolder,
    async stop() {
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An empty folder that every user may enter, since PostgreSQL does not run as root. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(temporaryPlace(), "opt-in-kit-test-"));
  chmodSync(folder, 0o755);
  return folder;
}

/** In memory if there is room for it: a cluster has 1,100 files, created and removed every time. */
function temporaryPlace(): string {
  if (process.env.TMPDIR || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 4e9 ? memory : tmpdir();
}

/** The run's server, or this process's own if a test file runs by itself. */
async function runningServer(): Promise<string> {
  const handed = process.env.TEST_DATABASE_SOCKET;
  if (handed) return handed;
  own ??= startTestPostgres();
  return (await own).socketFolder;
}

/** When a file runs by itself, ending its last database stops its PostgreSQL. */
async function leave(): Promise<void> {
  inUse--;
  if (inUse > 0 || !own) return;
  const { stop } = await own;
  own = undefined;
  await stop();
}

async function administer(socketFolder: string, statement: string): Promise<void> {
  const sql = open({ socketFolder, database: user, user }, { max: 1 });
  await sql.unsafe(statement);
  await sql.end();
}
