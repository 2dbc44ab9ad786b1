// `npm run check`: what needs neither a database nor a browser, several at once.

import { availableParallelism } from "node:os";
import process from "node:process";
import { install } from "../server/scripts/install.mjs";
import { runJobs, summarize } from "./support/jobs.mjs";

const began = Date.now();
const jobs = [
  { name: "types", args: ["node_modules/typescript/bin/tsc"] },
  { name: "unused code", args: ["node_modules/knip/bin/knip.js"] },
  { name: "format and lint", args: ["node_modules/@biomejs/biome/bin/biome", "ci", "."] },
  ...["imports", "line-width"].map((name) => ({
    name,
    args: ["--test-reporter=spec", "--import", "tsx", `test/server/${name}.test.ts`],
  })),
];

await install();
const env = { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };
const outcomes = await runJobs({ free: jobs, jobs: [] }, { env, atOnce: availableParallelism() });
process.exit(summarize(outcomes, began) ? 0 : 1);
