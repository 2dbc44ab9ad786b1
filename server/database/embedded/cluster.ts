// The folders of the embedded database: made once, owned by whoever runs it.

import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotStart } from "../../env/cannot-start.ts";
import type { Binaries } from "./binaries.ts";
import { isAlive } from "./postmaster.ts";
import { give, type Runner, run } from "./runner.ts";

/** The user that owns everything in the embedded database; its socket lets nobody else in. */
export const databaseUser = "postgres";

/**
 * Makes the data folder where it is missing; gives its real path, or throws `CannotStart` when it
 * cannot be written to.
 */
export function prepareDataDir(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotStart(
      `The data folder ${dataDir} is not writable (${code}): allow this user to write there, or set DATA_DIR to another folder.`,
    );
  }
}

/**
 * Makes the database's files where they are missing, and gives them to whoever runs it; gives their
 * folder.
 */
export function prepareCluster(dataDir: string, binaries: Binaries, runner: Runner): string {
  const cluster = join(dataDir, "postgres");
  if (!existsSync(cluster)) initialize(dataDir, cluster, binaries, runner);
  give(cluster, runner);
  const { uid } = lstatSync(cluster);
  if (runner.owner && uid !== runner.owner.uid) {
    throw new CannotStart(
      `The database in ${cluster} belongs to another user (${uid}): start as that user, or set DATA_DIR to another folder.`,
    );
  }
  return cluster;
}

/** A folder for the socket that nobody else can enter, with a path that is short enough for one. */
export function prepareSocketFolder(cluster: string, runner: Runner): string {
  if (fitsSocket(cluster)) return cluster;
  const name = `opt-in-kit-${createHash("sha256").update(cluster).digest("hex").slice(0, 16)}`;
  const folder =
    [tmpdir(), "/tmp"].map((parent) => join(parent, name)).find(fitsSocket) ?? join("/tmp", name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  const ours = [runner.owner?.uid, process.getuid?.()].includes(uid);
  if (!lstatSync(folder).isDirectory() || !ours || (mode & 0o077) !== 0) {
    throw new CannotStart(
      `${folder} belongs to someone else: remove it, or set DATA_DIR to a shorter path.`,
    );
  }
  give(folder, runner);
  return folder;
}

/** The system allows 107 bytes for a socket's path; PostgreSQL parts several folders by commas. */
function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, ".s.PGSQL.5432")) < 100 && !/[,"]/.test(folder);
}

/**
 * Works beside the final place, so that what is there is always whole, also when two servers start
 * at once.
 */
function initialize(dataDir: string, cluster: string, binaries: Binaries, runner: Runner): void {
  removeUnfinished(dataDir);
  const unfinished = join(dataDir, `postgres.new-${process.pid}`);
  mkdirSync(unfinished, { mode: 0o700 });
  give(unfinished, runner);
  const locale = [
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--encoding=UTF8",
  ];
  const access = [`--username=${databaseUser}`, "--auth=trust", "--no-instructions"];
  try {
    run(runner, binaries.initdb, ["-D", unfinished, ...locale, ...access]);
    renameSync(unfinished, cluster);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(cluster))
      throw new CannotStart(`The database could not be made: ${(error as Error).message}`);
  }
}

function removeUnfinished(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const [, pid] = /^postgres\.new-(\d+)$/.exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
