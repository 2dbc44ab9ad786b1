// Who runs PostgreSQL. It refuses to run as root, and should end when this process is killed.

import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { chownSync, closeSync, lstatSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CannotStart } from "../../env/cannot-start.ts";
import { root } from "../../env/root.ts";
import type { Binaries } from "./binaries.ts";

/** A way to run PostgreSQL's programs. */
export type Runner = {
  /** The command and arguments that stand before the program's own. */
  prefix: string[];
  /** Whom the data must belong to. */
  owner: { uid: number; gid: number } | undefined;
  /** Whom the process changes to, when that is not the one who started us. */
  change: { uid: number; gid: number } | undefined;
};

/**
 * Chooses the first way that can read the programs and the data folder, or throws `CannotStart`.
 */
export function chooseRunner(binaries: Binaries, dataDir: string): Runner {
  const untilKilled = works(["setpriv", "--pdeathsig", "INT"])
    ? ["setpriv", "--pdeathsig", "INT"]
    : [];
  const uid = process.getuid?.();
  if (uid !== 0) {
    const owner = uid === undefined ? undefined : { uid, gid: process.getgid?.() ?? uid };
    return { prefix: untilKilled, owner, change: undefined };
  }

  const namespace = ["unshare", "-U", "--map-user=1000", "--map-group=1000"];
  const candidates: Runner[] = [
    { prefix: [...namespace, ...untilKilled], owner: { uid: 0, gid: 0 }, change: undefined },
    ...[ownerOf(root), { uid: 65534, gid: 65534 }].map((user) => ({
      prefix: untilKilled,
      owner: user,
      change: user,
    })),
  ];
  const able = candidates.filter(({ owner, change }) => owner?.uid !== 0 || !change).filter(isAble);
  const reading = able.filter((runner) => reads(runner, [binaries.postgres, "--version"]));
  const runner = reading.find((one) => reads(one, ["sh", "-c", 'cd "$1"', "sh", dataDir]));
  if (runner) return runner;

  const hidden = reading.length > 0 ? `the data folder ${dataDir}` : `the project folder ${root}`;
  const move = reading.length > 0 ? "set DATA_DIR to a folder" : "move the project to a folder";
  throw new CannotStart(
    `PostgreSQL does not run as root, and no other user can read ${hidden}: ${move} that every user can read, such as /opt/opt-in-kit, or set DATABASE_URL.`,
  );
}

/** Runs a program to its end; throws with what it said when it fails. */
export function run(runner: Runner, program: string, args: string[]): void {
  const [file, ...rest] = [...runner.prefix, program, ...args] as [string, ...string[]];
  const { status, error, stderr } = spawnSync(file, rest, {
    ...runner.change,
    cwd: "/",
    env: environment(),
    encoding: "utf8",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trim() || `${program} failed (${status})`);
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches Node alone; what it says
 * goes to `log`.
 */
export function launch(runner: Runner, program: string, args: string[], log: string) {
  const [file, ...rest] = [...runner.prefix, program, ...args] as [string, ...string[]];
  const output = openSync(log, "w", 0o600);
  const options: SpawnOptions = { ...runner.change, cwd: "/", env: environment(), detached: true };
  const child = spawn(file, rest, { ...options, stdio: ["ignore", output, output] });
  closeSync(output);
  return child;
}

/** Gives a folder and all in it to the runner's owner, where they are not already. */
export function give(path: string, runner: Runner): void {
  const { owner } = runner;
  if (!owner || process.getuid?.() !== 0) return;
  const entry = lstatSync(path);
  if (entry.uid === owner.uid) return;
  if (entry.isDirectory())
    for (const name of readdirSync(path)) giveEvenBelow(join(path, name), owner);
  chownSync(path, owner.uid, owner.gid);
}

function giveEvenBelow(path: string, owner: { uid: number; gid: number }): void {
  if (lstatSync(path).isSymbolicLink()) return;
  if (lstatSync(path).isDirectory())
    for (const name of readdirSync(path)) giveEvenBelow(join(path, name), owner);
  chownSync(path, owner.uid, owner.gid);
}

function isAble(runner: Runner): boolean {
  return works(runner.prefix, runner.change);
}

function reads(runner: Runner, command: string[]): boolean {
  return works([...runner.prefix, ...command], runner.change, []);
}

/** Whether a command that ends by running another program works here. */
function works(prefix: string[], change?: Runner["change"], then = ["sh", "-c", ":"]): boolean {
  const [file, ...args] = [...prefix, ...then] as [string, ...string[]];
  return spawnSync(file, args, { ...change, cwd: "/", stdio: "ignore" }).status === 0;
}

function ownerOf(folder: string) {
  const { uid, gid } = statSync(folder);
  return { uid, gid };
}

/**
 * Nothing of this process's settings and secrets; PG* variables would change what the programs do.
 */
function environment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return { LC_ALL: "C", TZ: "UTC", ...(PATH ? { PATH } : {}), ...(TMPDIR ? { TMPDIR } : {}) };
}
