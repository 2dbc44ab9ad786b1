// The embedded database: PostgreSQL's own programs on a folder of ours, for one server at a time.

import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Target } from "./connect.ts";
import { findBinaries } from "./embedded/binaries.ts";
import {
  databaseUser,
  prepareCluster,
  prepareDataDir,
  prepareSocketFolder,
} from "./embedded/cluster.ts";
import { type Hold, hold } from "./embedded/hold.ts";
import { findPostmaster } from "./embedded/postmaster.ts";
import { chooseRunner } from "./embedded/runner.ts";

export { prepareDataDir } from "./embedded/cluster.ts";

export type Embedded = {
  target: Extract<Target, { socketFolder: string }>;
  /** The process id of the database's server. */
  pid(): number;
  /** Ends the database cleanly; resolves when it has ended. */
  stop(): Promise<void>;
};

type Options = {
  /** More settings, such as `fsync=off` for tests. */
  settings?: string[];
  /** Called when the database went away and is started again. */
  onRestart?: () => void;
  /** Called when it went away and cannot be started again. */
  onLost?: (error: unknown) => void;
};

/**
 * Starts the database in `dataDir`, creating it first if it is missing; restarts it whenever it
 * goes away.
 */
export async function startEmbedded(dataDir: string, options: Options = {}): Promise<Embedded> {
  const folder = prepareDataDir(dataDir);
  const binaries = findBinaries();
  const runner = chooseRunner(binaries, folder);
  const cluster = prepareCluster(folder, binaries, runner);
  const socketFolder = prepareSocketFolder(cluster, runner);
  const log = join(folder, "postgres.log");
  const place = {
    dataDir: folder,
    cluster,
    socketFolder,
    log,
    binaries,
    runner,
    settings: options.settings ?? [],
  };

  let held = await hold(place);
  // An adopted server may have its socket elsewhere: the pools stay there, so the next one must go
  // there too.
  place.socketFolder = held.postmaster.socketFolder;
  let stopping = false;

  const keep = async () => {
    while (!stopping) {
      await held.lost;
      if (stopping) return;
      options.onRestart?.();
      await wait(500);
      if (!stopping) held = await hold(place);
    }
  };
  const kept = keep().catch((error) => options.onLost?.(error));

  return {
    target: { socketFolder: place.socketFolder, database: "postgres", user: databaseUser },
    pid: () => held.postmaster.pid,
    async stop() {
      stopping = true;
      await held.release();
      await kept;
      await held.release();
      await end(held, cluster);
    },
  };
}

/** A fast shutdown: sessions are cut, everything is written, the files are left clean. */
async function end({ postmaster, child }: Hold, cluster: string): Promise<void> {
  const ended =
    child && child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
  child?.ref();
  if (findPostmaster(cluster)?.pid !== postmaster.pid) return;
  process.kill(postmaster.pid, "SIGINT");
  if (ended) await ended;
  else while (findPostmaster(cluster)) await wait(20);
}
