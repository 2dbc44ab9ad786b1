// `npm test`: installs what is missing and runs every test; `npm test -- PATH ...` runs the named
// files and prepares only what they need; `--watch` runs tests again when their sources change.

import process from "node:process";
import { install } from "../server/scripts/install.mjs";
import { needsOf, testFiles } from "./support/files.mjs";
import { watchGate } from "./support/gate.mjs";
import { summarize } from "./support/jobs.mjs";
import { close, runTests } from "./support/stages.mjs";

const began = Date.now();
const gateIsInTime = watchGate();
const paths = process.argv.slice(2).filter((argument) => argument !== "--watch");

await install();
const files = chosen(paths);
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => close().finally(() => process.exit(130)));
}
if (process.argv.includes("--watch")) {
  const { watchTests } = await import("./support/watch.mjs");
  await watchTests(files, { always: paths.length > 0 });
} else {
  const outcomes = await runTests(files, { types: paths.length === 0 });
  await close();
  const allPassed = summarize(outcomes, began);
  process.exit(gateIsInTime() && allPassed ? 0 : 1);
}

function chosen(asked) {
  try {
    return testFiles(asked).map((file) => ({ file, ...needsOf(file) }));
  } catch (error) {
    console.error(error.message);
    return process.exit(1);
  }
}
