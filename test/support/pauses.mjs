// Loaded before a server, by `--import`: on SIGUSR2 writes to PAUSES_FILE the longest time, in ms,
// for which one turn of its event loop has kept the processor since the last time.

import { openSync, readSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { isMainThread } from "node:worker_threads";

if (isMainThread && process.env.PAUSES_FILE) measure(process.env.PAUSES_FILE);

function measure(file) {
  const usedByLoop = processorTime();
  let longest = 0;
  let last = performance.now();
  let used = usedByLoop();
  setInterval(() => {
    const now = performance.now();
    const usedNow = usedByLoop();
    // On a busy machine most of a pause is other processes': that time is none of this loop's.
    longest = Math.max(longest, Math.min(now - last, usedNow - used));
    last = now;
    used = usedNow;
  }, 5).unref();
  process.on("SIGUSR2", () => {
    // Whoever waits for the file reads it whole.
    writeFileSync(`${file}.new`, String(longest));
    renameSync(`${file}.new`, file);
    longest = 0;
  });
}

/** A clock of what this thread has used of the processor, in ms; not on Linux, of the process. */
function processorTime() {
  const whole = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
  if (process.platform !== "linux") return whole;
  // The process's own number is the first thread's.
  const statistics = openSync("/proc/self/schedstat", "r");
  const text = Buffer.alloc(100);
  return () => {
    const length = readSync(statistics, text, 0, text.length, 0);
    return Number.parseInt(text.toString("latin1", 0, length), 10) / 1e6;
  };
}
