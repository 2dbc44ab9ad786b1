// Loaded into the process of each test file: writes down how long it ran, and on the processor.

import { appendFileSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";

const { TEST_DURATIONS } = process.env;
const [, file = ""] = process.argv;

if (TEST_DURATIONS && file.endsWith(".test.ts")) {
  process.once("exit", () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const duration = {
      file: relative(process.cwd(), file),
      wall: performance.now() / 1000,
      processor: (userCPUTime + systemCPUTime) / 1e6,
    };
    appendFileSync(TEST_DURATIONS, `${JSON.stringify(duration)}\n`);
  });
}

/** The slowest files of a run, as lines. */
export function slowest(path, count = 15) {
  const lines = readFileSync(path, "utf8").trim().split("\n").filter(Boolean);
  return lines
    .map((line) => JSON.parse(line))
    .sort((one, other) => other.wall - one.wall)
    .slice(0, count)
    .map(
      ({ file, wall, processor }) =>
        `${wall.toFixed(1).padStart(6)} s (${processor.toFixed(1)} s of processor)  ${file}`,
    );
}
