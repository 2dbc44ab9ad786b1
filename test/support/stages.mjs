// A run of tests: whatever the files need is prepared once, then they run, several at once.

import { availableParallelism } from "node:os";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build } from "../../server/scripts/build.mjs";
import { findBrowser } from "./browser.mjs";
import { bundle } from "./bundle.mjs";
import { runJobs } from "./jobs.mjs";

const env = { ...process.env, TEST_BUILT: "1", FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };
/** One more than there are processors: some always wait. */
const atOnce = availableParallelism() + 1;
const databases = "test/support/database.ts";
let database;

/** Runs test files, each of which says what it needs; returns the outcome of each. */
export async function runTests(files, { types = false, keepsDatabase = false } = {}) {
  const widgets = files.filter(({ file }) => file.startsWith("test/widgets/"));
  const others = files.filter((one) => !widgets.includes(one));
  const startsDatabase =
    files.some((one) => one.database) && (keepsDatabase || others.filter(isBound).length > 1);
  const scriptOf = await bundle([
    ...others.map(({ file }) => file),
    ...(startsDatabase ? [databases] : []),
  ]);
  const testOf = ({ file }) => ({
    name: file,
    args: ["--enable-source-maps", "--test-reporter=spec", scriptOf(file)],
  });
  const jobs = [
    // What waits most starts first, so that it does not end last.
    ...others.filter(({ built, browser }) => built.includes("server") && !browser),
    ...others.filter(({ browser }) => browser),
    ...others.filter((one) => isBound(one) && !one.built.includes("server") && !one.browser),
  ].map(testOf);
  if (widgets.length > 0) jobs.unshift(testOfWidgets(widgets));
  const free = others.filter((one) => !isBound(one)).map(testOf);
  if (types) free.unshift({ name: "types", args: ["node_modules/typescript/bin/tsc"] });

  const shown = jobs.length + free.length === 1;
  const ready = makeReady(files, startsDatabase && scriptOf(databases));
  return runJobs({ free, ready, jobs }, { env, atOnce, shown });
}

/** Stops the database, if one was started. */
export async function close() {
  const running = await database;
  database = undefined;
  delete env.TEST_DATABASE_SOCKET;
  await running?.stop();
}

const isBound = ({ database: needed, built, browser }) => needed || built.length > 0 || browser;

/** A file that runs alone starts a database itself, sooner than this process could. */
async function makeReady(files, databaseScript) {
  const built = [...new Set(files.flatMap((one) => one.built))];
  const browser = files.some((one) => one.browser);
  await Promise.all([
    built.length > 0 && build(built),
    databaseScript && startDatabase(databaseScript),
    browser && findBrowser().then((path) => (env.CHROME_PATH = path)),
  ]);
}

async function startDatabase(script) {
  if (database) return;
  const { startTestPostgres } = await import(pathToFileURL(script));
  database = startTestPostgres();
  env.TEST_DATABASE_SOCKET = (await database).socketFolder;
}

function testOfWidgets(files) {
  const runner = "node_modules/@web/test-runner/dist/bin.js";
  return { name: "test/widgets", args: [runner, "--files", ...files.map(({ file }) => file)] };
}
