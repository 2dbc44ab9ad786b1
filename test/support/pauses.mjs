// Loaded before a server, by `--import`: on SIGUSR2 writes the loop's longest pause since the last time, in ms, to PAUSES_FILE.

import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";
import { isMainThread } from "node:worker_threads";

if (isMainThread && process.env.PAUSES_FILE) {
  const file = process.env.PAUSES_FILE;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  process.on("SIGUSR2", () => {
    // Whoever waits for the file reads it whole.
    writeFileSync(`${file}.new`, String(delay.max / 1e6));
    renameSync(`${file}.new`, file);
    delay.reset();
  });
}
