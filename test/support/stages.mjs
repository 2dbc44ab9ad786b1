// A run of tests: what the files need is made ready once, then they run, several at once.

import { availableParallelism } from "node:os";
import process from "node:process";
import { build } from "../../server/scripts/build.mjs";
import { findBrowser } from "./browser.mjs";
import { runJobs } from "./jobs.mjs";

const env = { ...process.env, TEST_BUILT: "1", FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };
const atOnce = availableParallelism();
let database;

/** Runs test files, of which each says what it needs; gives what came of each. */
export async function runTests(files, { types = false, keepsDatabase = false } = {}) {
  const widgets = files.filter(({ file }) => file.startsWith("test/widgets/"));
  const others = files.filter((one) => !widgets.includes(one));
  const jobs = [
    // What waits most begins first, so that it does not end last.
    ...others.filter(({ built, browser }) => built.includes("server") && !browser),
    ...others.filter(({ browser }) => browser),
    ...others.filter((one) => isBound(one) && !one.built.includes("server") && !one.browser),
  ].map(testOf);
  if (widgets.length > 0) jobs.unshift(testOfWidgets(widgets));
  const free = others.filter((one) => !isBound(one)).map(testOf);
  if (types) free.unshift({ name: "types", args: ["node_modules/typescript/bin/tsc"] });

  const shown = jobs.length + free.length === 1;
  const [first] = await Promise.all([
    runJobs(free, { env, atOnce, shown }),
    makeReady(files, keepsDatabase || jobs.length > 1),
  ]);
  return [...first, ...(await runJobs(jobs, { env, atOnce, shown }))];
}

/** Stops the database, if one was started. */
export async function close() {
  const running = await database;
  database = undefined;
  delete env.TEST_DATABASE_SOCKET;
  await running?.stop();
}

const isBound = ({ database: needed, built, browser }) => needed || built.length > 0 || browser;

/** A file that runs alone starts a database by itself, sooner than this process could. */
async function makeReady(files, startsDatabase) {
  const built = [...new Set(files.flatMap((one) => one.built))];
  if (built.length > 0) await build(built);
  if (startsDatabase && files.some(({ database: needed }) => needed)) await startDatabase();
  if (files.some(({ browser }) => browser)) env.CHROME_PATH = await findBrowser();
}

async function startDatabase() {
  if (database) return;
  const { register } = await import("tsx/esm/api");
  register();
  const { startTestPostgres } = await import("./database.ts");
  database = startTestPostgres();
  env.TEST_DATABASE_SOCKET = (await database).socketFolder;
}

function testOf({ file }) {
  return { name: file, args: ["--test-reporter=spec", "--import", "tsx", file] };
}

function testOfWidgets(files) {
  const runner = "node_modules/@web/test-runner/dist/bin.js";
  return { name: "test/widgets", args: [runner, "--files", ...files.map(({ file }) => file)] };
}
