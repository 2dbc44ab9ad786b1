// How long the event loop of another process is busy at a time, measured inside it; processor time
// of other processes is not counted.

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../server/env/root.ts";
import { until } from "./until.ts";

/** The environment in which a process measures its pauses into this file. */
export function measuringPauses(file: string): { NODE_OPTIONS: string; PAUSES_FILE: string } {
  const script = pathToFileURL(join(root, "test/support/pauses.mjs")).href;
  return { NODE_OPTIONS: `--import ${script}`, PAUSES_FILE: file };
}

/** The longest pause of a process's loop since the last call, in ms. */
export async function longestPause(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  return Number(
    await until("the longest pause", () => {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return undefined;
      }
    }),
  );
}
