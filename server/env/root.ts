// The project's folder, whether this runs from server/ or from dist/server/.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json")) || folder === dirname(folder)) return folder;
  return findRoot(dirname(folder));
}
