// Who imports whom, read from the sources.

import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pattern =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;

/** What a file imports: paths from the project's folder, or names of packages. */
export function importsOf(path, text = readFileSync(join(root, path), "utf8")) {
  return [...text.matchAll(pattern)].map(([, type, names = "", to, dynamic]) => {
    const target = dynamic ?? to;
    const resolved = target.startsWith(".") ? posix.join(posix.dirname(path), target) : target;
    return { from: path, to: resolved, types: Boolean(type) || areAllTypes(names) };
  });
}

/** Every file of the project that runs when this one does, including itself. */
export function reach(path, reached = new Set()) {
  reached.add(path);
  for (const { to, types } of importsOf(path)) {
    if (!types && !reached.has(to) && existsSync(join(root, to))) reach(to, reached);
  }
  return reached;
}

/** `import { type A, type B } from` imports types only. */
function areAllTypes(names) {
  const [, list = ""] = /\{([^}]*)\}/.exec(names) ?? [];
  const items = list
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
  return items.length > 0 && items.every((item) => item.startsWith("type "));
}
