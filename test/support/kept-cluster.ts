// The files of a PostgreSQL with a migrated template, kept between runs. Each run starts its own
// PostgreSQL on a copy of them, so that simultaneous runs share nothing.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "../../server/database/connect.ts";
import { startEmbedded } from "../../server/database/embedded.ts";
import { upgrade } from "../../server/database/upgrade.ts";
import { root } from "../../server/env/root.ts";
import { oneAtATime } from "../../server/scripts/one-at-a-time.mjs";

/** The database that `testDatabase` copies. */
export const template = "test_template";
/** The owner of everything in the cluster. */
export const user = "postgres";

const cache = join(root, "node_modules/.cache/opt-in-kit/test-cluster");

/** Copies the kept cluster into an empty data folder; makes it again if its sources changed. */
export async function copyKeptCluster(dataDir: string, kept = cache): Promise<void> {
  const cluster = join(dataDir, "postgres");
  const sources = hashOfSources();
  await oneAtATime("test-cluster", "Waiting for another run that makes a database", async () => {
    if (madeFrom(kept) === sources) return copy(join(kept, "postgres"), cluster);
    await make(dataDir);
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    copy(cluster, join(kept, "postgres"));
    writeFileSync(join(kept, "made-from"), sources);
  });
}

/** Without the settings of the tests: these files must survive a crash. */
async function make(dataDir: string): Promise<void> {
  const { target, stop } = await startEmbedded(dataDir);
  const sql = open(target, { max: 1 });
  await sql.unsafe(`create database ${template}`);
  await sql.end();
  const made = open({ ...target, database: template }, { max: 1 });
  await upgrade(made);
  await made.end();
  await stop();
}

function madeFrom(kept: string): string | undefined {
  const file = join(kept, "made-from");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** By a program: copying 1,500 files takes Node three times as long. */
function copy(from: string, to: string): void {
  execFileSync("cp", ["-R", from, to]);
}

/** All SQL, how it is applied and how a cluster is created, and the versions of the packages. */
function hashOfSources(): string {
  const hash = createHash("sha256").update(process.arch);
  const names = readdirSync(join(root, "server"), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /\.sql$|^database\/.*\.ts$/.test(name)).sort();
  const paths = [...files.map((name) => join("server", name)), "package.json", "package-lock.json"];
  for (const path of [...paths, "test/support/kept-cluster.ts"]) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}
