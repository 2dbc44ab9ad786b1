// Builds into dist/ when the sources have changed since the last build, and only then.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { oneAtATime } from "./one-at-a-time.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const stamp = join(root, "dist/built-from");

/** Brings dist/ up to date, or ends the process when the build fails. */
export async function build() {
  if (isBuilt()) return;
  await oneAtATime("build", "Waiting for another process that builds", async () => {
    const sources = hashOfSources();
    if (isBuilt(sources)) return;
    console.log("Building (a few seconds) ...");
    rmSync(stamp, { force: true });
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const args = [vite, "build", "--app", "--logLevel", "warn"];
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
    if (status !== 0) {
      console.error("The build failed; nothing was started.");
      process.exit(1);
    }
    writeFileSync(stamp, sources);
  });
}

function isBuilt(sources = hashOfSources()) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sources;
}

function hashOfSources() {
  const hash = createHash("sha256");
  for (const folder of ["server", "widgets", "demo"]) {
    if (!existsSync(join(root, folder))) continue;
    for (const name of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".sql"))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort()) {
      add(hash, name);
    }
  }
  for (const name of ["package-lock.json", "vite.config.ts", "tsconfig.json"])
    add(hash, join(root, name));
  return hash.digest("hex");
}

function add(hash, file) {
  const content = readFileSync(file);
  hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
