// Installs the packages when node_modules does not match package-lock.json, and only then.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { oneAtATime } from "./one-at-a-time.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Ends the process with one line when this Node is too old. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Opt-in Kit needs Node 20.19 or newer; this is ${version}. See https://nodejs.org/en/download`,
  );
  process.exit(1);
}

/**
 * Makes node_modules what package-lock.json says; `development: false` asks only for what the
 * server needs to run.
 */
export async function install({ development = true } = {}) {
  checkNode();
  if (isInstalled(root, development)) return;
  await oneAtATime(
    "install",
    "Waiting for another process that installs the packages",
    async () => {
      if (isInstalled(root, development)) return;
      console.log("Installing packages (about a minute, once) ...");
      await run("npm", [
        "ci",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        "--include=optional",
        ...(development ? ["--include=dev"] : []),
      ]);
      // If install scripts are switched off, npm has not applied the patches.
      if (!isPatched(root)) await run(process.execPath, ["node_modules/patch-package/index.js"]);
    },
  );
}

/** Whether node_modules has every package of the lock file, in that version and patched. */
export function isInstalled(folder, development = true) {
  const wanted = readJson(join(folder, "package-lock.json"))?.packages ?? {};
  const present = readJson(join(folder, "node_modules/.package-lock.json"))?.packages ?? {};
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || entry.link) continue;
    if (entry.dev && !development) continue;
    if (!present[path]) {
      if (mayBeAbsent(entry)) continue;
      return false;
    }
    if (present[path].version !== entry.version || !existsSync(join(folder, path, "package.json")))
      return false;
  }
  return isPatched(folder);
}

/** The report takes 20 ms, and about a hundred packages ask. */
let libc;
function libcHere() {
  libc ??= process.report?.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
  return libc;
}

/** npm leaves out optional packages for other platforms, and whatever only those ask for. */
function mayBeAbsent(entry) {
  if (entry.peer) return true;
  if (!entry.optional && !entry.devOptional) return false;
  if (!entry.os && !entry.cpu) return true;
  return !(
    allows(entry.os, process.platform) &&
    allows(entry.cpu, process.arch) &&
    (process.platform !== "linux" || allows(entry.libc, libcHere()))
  );
}

function allows(list, value) {
  if (!list) return true;
  return (
    list.includes(value) ||
    (list.every((item) => item.startsWith("!")) && !list.includes(`!${value}`))
  );
}

/** Whether each line that a file in patches/ adds is in the file that it patches. */
function isPatched(folder) {
  for (const name of readdirSync(join(folder, "patches"))) {
    let mended = "";
    for (const line of readFileSync(join(folder, "patches", name), "utf8").split("\n")) {
      if (line.startsWith("+++ b/")) mended = readText(join(folder, line.slice(6))) ?? "";
      else if (line.startsWith("+") && !mended.includes(line.slice(1))) return false;
    }
  }
  return true;
}

function run(command, args) {
  // The npm that runs us is the one to use; on Windows `npm` is a script that only a shell can
  // start.
  const npm = command === "npm" && process.env.npm_execpath;
  const [file, rest] = npm ? [process.execPath, [npm, ...args]] : [command, args];
  return new Promise((resolve) => {
    const child = spawn(file, rest, {
      cwd: root,
      env: { ...process.env, SCARF_ANALYTICS: "false" },
      stdio: "inherit",
      shell: process.platform === "win32" && !npm,
    });
    const failed = (what) => {
      console.error(`\`${command} ${args.join(" ")}\` ${what}. Nothing was started.`);
      process.exit(1);
    };
    child.on("error", (error) => failed(`could not be run (${error.message})`));
    child.on("exit", (code, signal) =>
      code === 0 ? resolve() : failed(`failed (${signal ?? `exit ${code}`})`),
    );
  });
}

function readJson(path) {
  const text = readText(path);
  return text === undefined ? undefined : JSON.parse(text);
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) await install();
