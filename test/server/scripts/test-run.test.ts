// `npm test`: prepares what a test file needs, and nothing else.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../../server/env/root.ts";
import { isAlive } from "../../../server/scripts/one-at-a-time.mjs";
import { dependsOn, needsOf, testFiles } from "../../support/files.mjs";
import { until } from "../../support/until.ts";

const pure = "test/server/database/one-row.test.ts";

test("a test of functions needs neither database nor build nor browser", () => {
  assert.deepEqual(needsOf(pure), { database: false, built: [], browser: false });
});

test("a test of the app needs a database and the built pages, but no built server", () => {
  const needs = { database: true, built: ["widgets", "demo"], browser: false };
  assert.deepEqual(needsOf("test/server/flags/flags.test.ts"), needs);
});

test("a test of a server process needs the built server, too", () => {
  const built = ["server", "widgets", "demo"];
  assert.deepEqual(needsOf("test/server/process/boot.test.ts").built, built);
});

test("a story and a widget's test need a browser", () => {
  const some = ["test/e2e/portal-keys.test.ts", "test/widgets/opt-in-form.test.ts"];
  assert.deepEqual(
    some.map((file) => needsOf(file).browser),
    [true, true],
  );
});

test("a folder stands for the tests in it", () => {
  const asked = testFiles(["test/server/flags"]);
  assert.equal(asked.includes("test/server/flags/flags.test.ts"), true);
  assert.equal(
    asked.every((file) => file.startsWith("test/server/flags/")),
    true,
  );
});

test("a path that names no test is refused, not passed", () => {
  assert.throws(() => testFiles(["test/server/flag"]), /There is no test in test\/server\/flag\./);
  const { status } = spawnSync(process.execPath, ["test/run.mjs", "no.test.ts"], { cwd: root });
  assert.equal(status, 1);
});

test("a change affects the tests that import it, and SQL those of its room", () => {
  assert.equal(dependsOn(pure, "server/database/one-row.ts"), true);
  assert.equal(dependsOn(pure, "server/flags/flags.ts"), false);
  assert.equal(dependsOn("test/server/flags/flags.test.ts", "server/flags/set_flag.sql"), true);
  assert.equal(dependsOn("test/server/rules/rules.test.ts", "server/flags/set_flag.sql"), false);
});

test("--watch runs a file at once, and again whenever it changes", async () => {
  const env = { PATH: process.env.PATH ?? "" };
  const child = spawn(process.execPath, ["test/run.mjs", "--watch", pure], { cwd: root, env });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  const runs = (count: number) => () => output.split("Waiting for a change").length - 1 === count;
  await until("the first run", runs(1));
  utimesSync(join(root, pure), new Date(), new Date());
  await until("the second run", runs(2));
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
  assert.equal(output.match(/pass 2/g)?.length, 2);
});

test("the gate fails when it took longer than it may, and says so", () => {
  const gate = (secondsAgo: number) => {
    const GATE_BEGAN = String(Math.round(Date.now() / 1000) - secondsAgo);
    const env = { ...process.env, GATE_BEGAN };
    return spawnSync(process.execPath, ["test/run.mjs", pure], {
      cwd: root,
      env,
      encoding: "utf8",
    });
  };
  const [inTime, late] = [gate(10), gate(10_000)];
  assert.deepEqual([inTime.status, late.status], [0, 1]);
  assert.match(inTime.stdout, /The gate took \d+ s.*: at most 720 s\./);
  assert.match(late.stdout, /The gate took \d+ s.*: FAILED, as it is more than 720 s\./);
});

test("a run that ends before its tests ends them, too", async () => {
  const endless = `process.stderr.write(String(process.pid)); setInterval(() => {}, 1000)`;
  const script = `
    import { runJobs } from "./test/support/jobs.mjs";
    const job = { name: "endless", args: ["-e", ${JSON.stringify(endless)}] };
    process.once("SIGTERM", () => process.exit());
    runJobs({ free: [job], jobs: [] }, { env: process.env, atOnce: 1, shown: true });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: root });
  const [pid] = await once(child.stderr, "data");
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
  await until("the test to end", () => !isAlive(Number(pid)));
});
