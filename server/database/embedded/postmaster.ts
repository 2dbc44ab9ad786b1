// What postmaster.pid tells of a server that may be running on a data folder.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A live server; it takes connections when `ready`, else it is starting or ending. */
export type Postmaster = { pid: number; socketFolder: string; ready: boolean };

/** The live server of this data folder; undefined when there is none. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  const lines = readPidFile(cluster);
  const pid = Number(lines?.[0]);
  if (!lines || !pid || !isAlive(pid) || !runsOn(pid, cluster)) return undefined;
  return { pid, socketFolder: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
}

/**
 * Removes a pid file whose number another process has now, as in a restarted container: PostgreSQL
 * would take that for a server.
 */
export function removeForeignPidFile(cluster: string): void {
  const pid = Number(readPidFile(cluster)?.[0]);
  if (pid && isAlive(pid) && !runsOn(pid, cluster))
    rmSync(join(cluster, "postmaster.pid"), { force: true });
}

/** Whether a process of that number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether a live process is a server of that data folder; when that cannot be seen, it counts as
 * one.
 */
function runsOn(pid: number, cluster: string): boolean {
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(cluster);
    return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).includes(
      cluster,
    );
  } catch {
    return isAlive(pid);
  }
}

function readPidFile(cluster: string): string[] | undefined {
  try {
    return readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
}
