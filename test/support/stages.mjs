// The stages of a run: what files need is made ready once; those that need least run first.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "../../server/scripts/build.mjs";
import { findBrowser } from "./browser.mjs";
import { slowest } from "./durations.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const env = { ...process.env, TEST_BUILT: "1", FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };
const began = Date.now();
const outcomes = [];
let database;

/** Whether any stage has failed so far. */
export function failed() {
  return outcomes.some(({ error }) => error);
}

/** Checks the types of everything. */
export async function runTypes() {
  await stage("types", () => run("node_modules/typescript/bin/tsc"));
}

/** Runs test files, of which each says what it needs. */
export async function runTests(files, { keepsDatabase = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "opt-in-kit-durations-"));
  env.TEST_DURATIONS = join(folder, "durations");
  writeFileSync(env.TEST_DURATIONS, "");
  const paths = (filter) => files.filter(filter).map(({ file }) => file);
  const isOf = (name) => (one) => one.file.startsWith(`test/${name}/`);

  await nodeTests(
    "functions",
    paths((one) => isOf("server")(one) && !needsAny(one)),
  );
  const built = [...new Set(files.flatMap((one) => one.built))];
  if (built.length > 0) await stage("build", () => build(built));
  const databases = paths(({ database: needed }) => needed).length;
  if (databases > 1 || (databases > 0 && keepsDatabase)) await stage("database", startDatabase);
  if (files.some(({ browser }) => browser)) await stage("browser", chooseBrowser);
  await Promise.all([
    nodeTests(
      "server",
      paths((one) => isOf("server")(one) && needsAny(one)),
    ),
    widgetTests(paths(isOf("widgets"))),
  ]);
  await nodeTests("stories", paths(isOf("e2e")));

  if (files.length > 1)
    console.log(`\nThe slowest files:\n${slowest(env.TEST_DURATIONS).join("\n")}`);
  rmSync(folder, { recursive: true });
}

/** Says in one line how the stages came out. */
export function summarize() {
  const ran = outcomes.map(
    ({ name, seconds, error }) => `${name} ${error ? "FAILED" : "ok"} (${seconds} s)`,
  );
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`\n${failed() ? "FAILED" : "All passed"} in ${seconds} s: ${ran.join(", ")}`);
}

/** Stops the database, if one was started. */
export async function close() {
  const running = await database;
  database = undefined;
  delete env.TEST_DATABASE_SOCKET;
  await running?.stop();
}

/** Runs one stage, says so, and goes on with the next when it fails. */
async function stage(name, work) {
  const start = Date.now();
  console.log(`\n== ${name}`);
  const error = await work().then(
    () => undefined,
    (reason) => reason,
  );
  if (error) console.error(error.message);
  outcomes.push({ name, error, seconds: Math.round((Date.now() - start) / 1000) });
}

const needsAny = ({ database: needed, built, browser }) => needed || built.length > 0 || browser;

async function startDatabase() {
  if (database) return;
  const { register } = await import("tsx/esm/api");
  register();
  const { startTestPostgres } = await import("./database.ts");
  database = startTestPostgres();
  env.TEST_DATABASE_SOCKET = (await database).socketFolder;
}

async function chooseBrowser() {
  env.CHROME_PATH = await findBrowser();
  console.log(env.CHROME_PATH);
}

/** A single file runs in one process; a parent beside it would only cost time. */
async function nodeTests(name, paths, concurrency = availableParallelism()) {
  if (paths.length === 0) return;
  const several = ["--test", `--test-concurrency=${concurrency}`];
  const options = [
    ...(paths.length > 1 ? several : []),
    "--test-reporter=spec",
    "--test-timeout=300000",
    ...["--import", "./test/support/durations.mjs", "--import", "tsx"],
  ];
  await stage(name, () => run(...[...options, ...paths]));
}

async function widgetTests(paths) {
  if (paths.length === 0) return;
  const runner = "node_modules/@web/test-runner/dist/bin.js";
  await stage("widgets", () => run(runner, "--files", ...paths));
}

function run(...args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", fail);
    child.on("exit", (code, signal) =>
      code === 0 ? done() : fail(new Error(`failed (${signal ?? `exit ${code}`})`)),
    );
  });
}
