// Which test files there are, and what each needs.

import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { reach } from "./imports.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The test files below test/, or those that `asked` names, by file or by folder. */
export function testFiles(asked = []) {
  const all = ["server", "widgets", "e2e"].flatMap((folder) =>
    readdirSync(join(root, "test", folder), { recursive: true })
      .map((name) => ["test", folder, name].join("/").replaceAll(sep, "/"))
      .filter((name) => name.endsWith(".test.ts"))
      .sort(),
  );
  if (asked.length === 0) return all;
  const wanted = asked.map((path) => relative(root, resolve(path)).replaceAll(sep, "/"));
  const isIn = (name, path) => name === path || name.startsWith(`${path}/`);
  const none = wanted.find((path) => !all.some((name) => isIn(name, path)));
  if (none !== undefined) throw new Error(`There is no test in ${none}.`);
  return all.filter((name) => wanted.some((path) => isIn(name, path)));
}

/** What a test file needs besides itself: a database, parts of dist/, a browser. */
export function needsOf(file) {
  const reached = reach(file);
  const runsServer = reached.has("test/support/server.ts");
  const readsPages = runsServer || reached.has("server/scripts/build.mjs");
  const isOfWidget = file.startsWith("test/widgets/");
  return {
    database: reached.has("test/support/database.ts"),
    built: [
      ...(runsServer ? ["server"] : []),
      ...(readsPages || reached.has("server/app.ts") ? ["widgets", "demo"] : []),
    ],
    browser: isOfWidget || reached.has("test/support/browser.mjs"),
  };
}

/** Whether a change of this file of the project can change the outcome of a test file. */
export function dependsOn(file, changed) {
  const room = /^server\/([\w-]+)\/.*\.sql$/.exec(changed)?.[1];
  if (room) return file.startsWith(`test/server/${room}/`) && needsOf(file).database;
  return reach(file).has(changed);
}

/** Whether the file still exists: a test may have been moved meanwhile. */
export function exists(file) {
  return existsSync(join(root, file));
}
