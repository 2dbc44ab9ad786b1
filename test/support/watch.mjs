// `npm test -- --watch`: runs tests again whenever something that they run has changed.

import { readdirSync, watch } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { dependsOn, exists } from "./files.mjs";
import { summarize } from "./jobs.mjs";
import { close, runTests } from "./stages.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the files, then forever those that a change affects: all of them if `always`. */
export async function watchTests(files, { always }) {
  const changes = changesBelow(["server", "widgets", "demo", "test"]);
  const run = async (some) => {
    const start = Date.now();
    summarize(await runTests(some, { keepsDatabase: true }), start);
  };
  if (always) await run(files);
  for (;;) {
    console.log("\nWaiting for a change ...");
    const changed = await changes.next();
    const shape = changed.some(
      (path) => path.endsWith(".sql") || path.startsWith("server/database/"),
    );
    if (shape) await close();
    const again = files
      .filter(({ file }) => exists(file))
      .filter(({ file }) => always || changed.some((path) => dependsOn(file, path)));
    console.log(`\n${changed.join(", ")} changed: ${again.length} test files run`);
    await run(again);
  }
}

/** `next` returns the paths that changed since the last call, once there are any. */
function changesBelow(folders) {
  const changed = new Set();
  let tell = () => {};
  const watchFolder = (folder) => {
    watch(join(root, folder), (_event, name) => {
      if (!name || /^\.|~$|\.log$/.test(name)) return;
      changed.add(`${folder}/${name}`);
      tell();
    });
  };
  for (const folder of folders) {
    watchFolder(folder);
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name).slice(root.length);
      if (entry.isDirectory() && !path.includes("node_modules")) {
        watchFolder(path.replaceAll(sep, "/"));
      }
    }
  }
  return {
    async next() {
      if (changed.size === 0) await new Promise((resolve) => (tell = resolve));
      // An editor writes a file in several steps.
      await new Promise((resolve) => setTimeout(resolve, 30));
      const paths = [...changed];
      changed.clear();
      return paths;
    },
  };
}
