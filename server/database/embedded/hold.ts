// Holds a running server for this process alone: adopts the one that runs, or launches one.

import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type postgres from "postgres";
import { CannotStart } from "../../env/cannot-start.ts";
import { open } from "../connect.ts";
import type { Binaries } from "./binaries.ts";
import { databaseUser } from "./cluster.ts";
import { findPostmaster, isAlive, type Postmaster, removeForeignPidFile } from "./postmaster.ts";
import { launch, type Runner } from "./runner.ts";

export type Place = {
  dataDir: string;
  cluster: string;
  socketFolder: string;
  log: string;
  binaries: Binaries;
  runner: Runner;
  /** More settings for a server that is launched, such as `fsync=off` for tests. */
  settings: string[];
};

export type Hold = {
  postmaster: Postmaster;
  /** Absent when the server was adopted. */
  child: ChildProcess | undefined;
  /** Settles when the server or the connection that holds it has gone. */
  lost: Promise<void>;
  release(): Promise<void>;
};

const lockKey = "7218431906";
const launchedBy = "opt-in-kit-";

/**
 * Gives a ready server that no other process holds; throws `CannotStart` when there can be none.
 */
export async function hold(place: Place): Promise<Hold> {
  let child: ChildProcess | undefined;
  for (let since = Date.now(), told = false; ; await wait(25)) {
    const postmaster = findPostmaster(place.cluster);
    if (!postmaster) {
      child = await launchReady(place);
      continue;
    }
    const held = postmaster.ready && (await take(postmaster, place));
    if (held)
      return { postmaster, child: child?.pid === postmaster.pid ? child : undefined, ...held };
    if (!told && Date.now() - since > 2000) {
      console.log("Waiting for the database, which is starting or ending ...");
      told = true;
    }
  }
}

/** Launches a server and waits until it is ready or, because another was quicker, has given up. */
async function launchReady(place: Place): Promise<ChildProcess | undefined> {
  const { cluster, socketFolder, binaries, runner, log, settings } = place;
  const all = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    `cluster_name=${launchedBy}${process.pid}`,
    "timezone=UTC",
    // Rows and parameters are personal data: the log tells only what ends a server or a session.
    "log_min_messages=fatal",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    ...settings,
  ].flatMap((setting) => ["-c", setting]);
  removeForeignPidFile(cluster);
  const child = launch(runner, binaries.postgres, ["-D", cluster, "-k", socketFolder, ...all], log);
  let failure: Error | undefined;
  child.on("error", (error) => (failure = error));
  child.unref();
  for (;;) {
    if (failure || child.exitCode !== null || child.signalCode !== null) break;
    const postmaster = findPostmaster(cluster);
    if (postmaster?.ready && postmaster.pid === child.pid) return child;
    await wait(15);
  }
  if (findPostmaster(cluster)) return undefined;
  const said = failure?.message ?? readFileSync(log, "utf8").trim().split("\n").at(-1);
  throw new CannotStart(`The embedded database did not start: ${said} (see ${log})`);
}

/**
 * Takes the server's one lock on a connection that is kept; undefined when the server went away
 * meanwhile.
 */
async function take(postmaster: Postmaster, place: Place) {
  let sayLost = () => {};
  const lost = new Promise<void>((resolve) => (sayLost = resolve));
  const target = {
    socketFolder: postmaster.socketFolder,
    database: "postgres",
    user: databaseUser,
  };
  // The lock lives as long as its connection, so that one is never renewed.
  const sql = open(target, {
    max: 1,
    max_lifetime: null,
    prepare: false,
    onclose: () => sayLost(),
  });
  const release = () => sql.end({ timeout: 0 });
  try {
    if (await takeLock(sql)) return { lost, release };
  } catch {
    await release();
    return undefined;
  }
  await release();
  throw new CannotStart(`A server is already running on this data folder (${place.dataDir}).`);
}

async function takeLock(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql<{ name: string }[]>`select current_setting('cluster_name') as name`;
  const launcher = Number(row?.name.slice(launchedBy.length));
  // Whoever launched it is about to take the lock, and it would end with that process.
  const end = Date.now() + 5000;
  while (launcher && launcher !== process.pid && isAlive(launcher) && Date.now() < end) {
    const [taken] = await sql`select 1 from pg_locks where locktype = 'advisory' and granted`;
    if (taken) return false;
    await wait(50);
  }
  const [lock] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as taken`;
  return lock?.taken ?? false;
}
