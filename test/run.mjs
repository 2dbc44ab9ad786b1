// `npm test`: installs what is missing and runs every test; `npm test -- PATH ...` runs the files
// named, and makes ready only what they need; `--watch` runs tests again when their sources change.

import process from "node:process";
import { install } from "../server/scripts/install.mjs";
import { needsOf, testFiles } from "./support/files.mjs";
import { close, failed, runTests, runTypes, summarize } from "./support/stages.mjs";

const paths = process.argv.slice(2).filter((argument) => argument !== "--watch");
const watches = process.argv.includes("--watch");

await install();
const files = chosen(paths);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => close().then(end));
if (watches) {
  const { watchTests } = await import("./support/watch.mjs");
  await watchTests(files, { always: paths.length > 0 });
} else {
  if (paths.length === 0) await runTypes();
  await runTests(files);
  await close();
  summarize();
  end();
}

function chosen(asked) {
  try {
    return testFiles(asked).map((file) => ({ file, ...needsOf(file) }));
  } catch (error) {
    console.error(error.message);
    return process.exit(1);
  }
}

function end() {
  process.exit(failed() ? 1 : 0);
}
