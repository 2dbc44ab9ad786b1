// How long the gate may take: `.ci/run` says when it began, and its tests fail when it took longer.

import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import process from "node:process";

/** In s, on two processors, with what has to be installed first. */
const limit = 720;
const ticksPerSecond = 100;
const sampleEvery = 1000;

/** Gives a function that says whether the gate is in time so far; true where no gate runs. */
export function watchGate(began = Number(process.env.GATE_BEGAN)) {
  if (!began) return () => true;
  const others = watchOthers();
  return () => {
    const seconds = Math.round(Date.now() / 1000 - began);
    // What other programs made of the processors, this run could not have.
    const lost = Math.round(others() / availableParallelism());
    const inTime = seconds - lost <= limit;
    const toOthers = lost > 0 ? `, ${lost} s of them lost to other programs` : "";
    const verdict = inTime ? "at most" : "FAILED, as it is more than";
    console.log(`The gate took ${seconds} s${toOthers}: ${verdict} ${limit} s.`);
    return inTime;
  };
}

/** Gives a function that says how much processor time, in s, others have used since. */
function watchOthers() {
  if (process.platform !== "linux") return () => 0;
  let before = processes();
  let used = 0;
  const sample = () => {
    const now = processes();
    for (const [pid, { ticks, began }] of now) {
      if (isOurs(pid, now)) continue;
      const last = before.get(pid);
      used += ticks - (last?.began === began ? last.ticks : 0);
    }
    before = now;
    return used / ticksPerSecond;
  };
  setInterval(sample, sampleEvery).unref();
  return sample;
}

function isOurs(pid, among) {
  for (let one = pid; one; one = among.get(one)?.parent) if (one === process.pid) return true;
  return false;
}

/** Of each process its parent, when it began, and what it used of the processors. */
function processes() {
  const found = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, rest] = readFileSync(`/proc/${name}/stat`, "latin1").split(/\) (?!.*\) )/s);
      const fields = rest.split(" ").map(Number);
      found.set(Number(name), {
        parent: fields[1],
        ticks: fields[11] + fields[12],
        began: fields[19],
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
