// Test files and everything that they import from the project as plain JavaScript, bundled once for
// a run: transforming it in each process takes longer than most tests.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { isAlive } from "../../server/scripts/one-at-a-time.mjs";
import { reach } from "./imports.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders = join(root, "dist/tests");
/** Each run has its own: two at once share nothing. */
const folder = join(folders, String(process.pid));
/** What Node starts by its path, and so must be a script of its own, and which file starts it. */
const started = { "server/process/thread.ts": "server/process/threads.ts" };

process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Bundles these files; returns a function that maps a file to its script. */
export async function bundle(files) {
  removeLeftovers();
  const alsoStarted = Object.keys(started).filter((one) =>
    files.some((file) => reach(file).has(started[one])),
  );
  await build({
    absWorkingDir: root,
    entryPoints: [...files, ...alsoStarted],
    outdir: folder,
    outbase: root,
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: true,
    logLevel: "error",
    plugins: [ownAddresses],
  });
  return scriptOf;
}

function scriptOf(file) {
  return join(folder, file.replace(/\.ts$/, ".js"));
}

/** A file keeps its own `import.meta.url`, so that it finds what is next to it. */
const ownAddresses = {
  name: "own-addresses",
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!source.includes("import.meta.url")) return undefined;
      const address = JSON.stringify(pathToFileURL(path).href);
      const contents = source
        .replace(/new URL\("([^"]+)", import\.meta\.url\)/g, (asWritten, name) => {
          const file = relative(root, join(dirname(path), name));
          if (!started[file]) return asWritten;
          return `new URL(${JSON.stringify(pathToFileURL(scriptOf(file)).href)})`;
        })
        .replaceAll("import.meta.url", address);
      return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
};

/** Left behind by a run that was killed, or by one with the same process id. */
function removeLeftovers() {
  if (!existsSync(folders)) return;
  for (const name of readdirSync(folders)) {
    if (name === String(process.pid) || !isAlive(Number(name))) {
      rmSync(join(folders, name), { recursive: true, force: true });
    }
  }
}
