// Runs several processes at once, and prints the output of each in one piece.

import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const longest = 300_000;
const totals = /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/**
 * Runs `node ...args` for each job, `atOnce` at a time: `free` at once, `jobs` when everything is
 * `ready`. `shown` lets them write as they run.
 */
export async function runJobs({ free, ready, jobs }, { env, atOnce, shown }) {
  const outcomes = [];
  const run = async (waiting) => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      outcomes.push(await runJob(job, env, shown));
    }
  };
  const worker = async () => {
    await run(free);
    await ready;
    await run(jobs);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}

/** Prints the outcome of a run: what took longest, and what failed. Returns whether all passed. */
export function summarize(outcomes, began) {
  const slowest = [...outcomes].sort((one, other) => other.seconds - one.seconds).slice(0, 15);
  if (outcomes.length > 1) {
    console.log("\nWhat took longest:");
    for (const { name, seconds } of slowest) {
      console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
    }
  }
  const failed = outcomes.filter((outcome) => outcome.failed);
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(failed.length > 0 ? "\nFAILED:" : `\nAll passed in ${seconds} s.`);
  for (const { name, failed: reason } of failed) console.log(`  ${name}: ${reason}`);
  return failed.length === 0;
}

/** Ends after 5 minutes whatever does not end by itself. */
async function runJob({ name, args }, env, shown) {
  const began = Date.now();
  const stdio = ["ignore", ...(shown ? ["inherit", "inherit"] : ["pipe", "pipe"])];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio });
  // A run that is ended leaves no test behind.
  const end = () => child.kill();
  process.once("exit", end);
  const output = [];
  child.stdout?.on("data", (bytes) => output.push(bytes));
  child.stderr?.on("data", (bytes) => output.push(bytes));
  let failed;
  const timer = setTimeout(() => {
    failed = `still ran after ${longest / 1000} s`;
    child.kill("SIGKILL");
  }, longest);
  await new Promise((ended) => {
    child.on("error", ({ message }) => {
      failed = message;
      ended();
    });
    child.on("close", (code, signal) => {
      if (code !== 0) failed ??= signal ?? `exit ${code}`;
      ended();
    });
  });
  process.off("exit", end);
  clearTimeout(timer);
  const seconds = (Date.now() - began) / 1000;
  if (!shown) {
    console.log(`\n== ${name}: ${failed ? "FAILED" : "ok"} in ${seconds.toFixed(1)} s`);
    console.log(withoutTotals(Buffer.concat(output).toString()));
  }
  return { name, seconds, failed };
}

function withoutTotals(text) {
  return text
    .split("\n")
    .filter((line) => !totals.test(line))
    .join("\n")
    .trim();
}
