// Loaded before a server, by `--import`: on SIGUSR2, writes the longest time in ms for which one
// turn of its event loop has used the processor since the last time to PAUSES_FILE.

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
    // On a busy machine, most of a pause is due to other processes: that time is not counted.
    longest = Math.max(longest, Math.min(now - last, usedNow - used));
    last = now;
    used = usedNow;
  }, 5).unref();
  process.on("SIGUSR2", () => {
    // Renamed when complete, so that a reader never sees half of it.
    writeFileSync(`${file}.new`, String(longest));
    renameSync(`${file}.new`, file);
    longest = 0;
  });
}

/**
 * The processor time that this thread has used, in ms; where it is not Linux, that of the process.
 */
function processorTime() {
  const whole = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
  if (process.platform !== "linux") return whole;
  // The process's own number is that of its first thread.
  const statistics = openSync("/proc/self/schedstat", "r");
  const text = Buffer.alloc(100);
  return () => {
    const length = readSync(statistics, text, 0, text.length, 0);
    return Number.parseInt(text.toString("latin1", 0, length), 10) / 1e6;
  };
}
