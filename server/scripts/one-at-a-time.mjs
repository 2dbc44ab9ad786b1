// A lock between processes of this checkout, for work that two of them must not do at once.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../dist", import.meta.url));

/**
 * Runs `work` while no other process runs work of that name; says `message` once when it has to
 * wait.
 */
export async function oneAtATime(name, message, work) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.lock`);
  for (let told = false; !take(path); await wait(200)) {
    if (!told) console.log(`${message} ...`);
    told = true;
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  // A holder that was killed cannot take its lock away.
  const holder = Number(readIfThere(path));
  if (holder && !isAlive(holder)) rmSync(path, { force: true });
  return false;
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Whether a process of this id runs. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
