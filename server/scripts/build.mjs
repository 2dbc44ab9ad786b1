// Builds what has changed since the last build into dist/.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { oneAtATime } from "./one-at-a-time.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

// What a part may import is what test/server/imports.test.ts allows it.
const widgets = ["widgets", "server/schemas", "server/texts"];
const parts = {
  server: { sources: ["server"], environments: ["server"] },
  widgets: {
    sources: widgets,
    environments: [
      ...["optInForm", "preferenceToggles", "profileFlagEditor", "embed"],
      ...["formPage", "preferencesPage", "editorPage"],
    ],
  },
  demo: { sources: ["demo", ...widgets], environments: ["site", "portal"] },
};

/** Brings these parts of dist/ up to date, all unless named; ends the process when that fails. */
export async function build(names = Object.keys(parts)) {
  if (stale(names).length === 0) return;
  await oneAtATime("build", "Waiting for another process that builds", async () => {
    const wanted = stale(names);
    if (wanted.length === 0) return;
    console.log(`Building ${wanted.map(({ name }) => name).join(", ")} (a few seconds) ...`);
    for (const { name } of wanted) rmSync(stampOf(name), { force: true });
    const environments = wanted.flatMap(({ name }) => parts[name].environments);
    const bundle = join(root, "server/scripts/bundle.mjs");
    const args = [bundle, ...environments];
    const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
    const [status] = await once(child, "exit");
    if (status !== 0) {
      console.error("The build failed; nothing was started.");
      process.exit(1);
    }
    for (const { name, hash } of wanted) writeFileSync(stampOf(name), hash);
  });
}

/** The file that says what a part was built from. */
export function stampOf(name) {
  return join(root, `dist/built-${name}-from`);
}

function stale(names) {
  return names
    .map((name) => ({ name, hash: hashOf(parts[name].sources) }))
    .filter(({ name, hash }) => !existsSync(stampOf(name)) || readStamp(name) !== hash);
}

function readStamp(name) {
  return readFileSync(stampOf(name), "utf8");
}

function hashOf(folders) {
  const hash = createHash("sha256");
  for (const folder of folders) {
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
