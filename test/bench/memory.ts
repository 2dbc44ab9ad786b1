// How much memory a process has resident.

import { execFileSync } from "node:child_process";

/** In MB. */
export function residentMemory(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}
