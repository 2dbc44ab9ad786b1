// `npm test`: installs what is missing and runs every test; `npm test -- FILE ...` runs only those files.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { install } from "../server/scripts/install.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const asked = process.argv.slice(2).map((path) => relative(root, resolve(path)));
const outcomes = [];
const began = Date.now();

await install();
const { build } = await import("../server/scripts/build.mjs");
const { findBrowser } = await import("./support/browser.mjs");
await import("tsx/esm/api").then(({ register }) => register());
const { startTestPostgres } = await import("./support/database.ts");

const server = files("test/server");
const widgets = files("test/widgets");
const stories = files("test/e2e");
const env = { ...process.env, TEST_BUILT: "1", FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };

if (asked.length === 0) await stage("types", () => run("node_modules/typescript/bin/tsc", []));
await stage("build", build);
await stage("database", async () => {
  const postgres = await startTestPostgres();
  env.TEST_DATABASE_SOCKET = postgres.socketFolder;
  process.once("SIGINT", () => postgres.stop().then(() => process.exit(130)));
  outcomes.end = postgres.stop;
});
if (widgets.length + stories.length > 0) {
  await stage("browser", async () => {
    env.CHROME_PATH = await findBrowser();
    console.log(env.CHROME_PATH);
  });
}
if (server.length > 0) await stage("server", () => nodeTests(server, availableParallelism()));
if (widgets.length > 0) {
  await stage("widgets", () =>
    run("node_modules/@web/test-runner/dist/bin.js", ["--files", ...widgets]),
  );
}
if (stories.length > 0) await stage("stories", () => nodeTests(stories, 1));
await outcomes.end?.();

const failed = outcomes.filter(({ error }) => error).map(({ name }) => name);
const seconds = Math.round((Date.now() - began) / 1000);
const ran = outcomes.map(({ name, error }) => `${name} ${error ? "FAILED" : "ok"}`).join(", ");
console.log(`\n${failed.length > 0 ? "FAILED" : "All passed"} in ${seconds} s: ${ran}`);
process.exit(failed.length > 0 ? 1 : 0);

/** Runs one stage, says so, and goes on with the next when it fails. */
async function stage(name, work) {
  console.log(`\n== ${name}`);
  try {
    await work();
    outcomes.push({ name });
  } catch (error) {
    console.error(error.message);
    outcomes.push({ name, error });
  }
}

function nodeTests(paths, concurrency) {
  const options = [
    "--test-reporter=spec",
    "--test-timeout=300000",
    `--test-concurrency=${concurrency}`,
  ];
  return run("--test", [...options, "--import", "tsx", ...paths]);
}

function run(script, args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, ...args], {
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

/** The test files below a folder: those that were asked for, or all of them. */
function files(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith(".test.ts") && (asked.length === 0 || asked.includes(name)))
    .sort();
}
