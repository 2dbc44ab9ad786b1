// The tests' database: created once, and copied by every run.

import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../../support/database.ts";
import { copyKeptCluster } from "../../support/kept-cluster.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  folders.push(temporaryFolder());
  return folders.at(-1) as string;
}

test("simultaneous runs create one cluster, and each has a copy of it", async () => {
  const kept = folder();
  const runs = [folder(), folder(), folder()];
  await Promise.all(runs.map((run) => copyKeptCluster(run, kept)));
  const ids = [kept, ...runs].map((one) => readFileSync(join(one, "postgres/global/pg_control")));
  assert.equal(new Set(ids.map((bytes) => bytes.readBigUInt64LE())).size, 1);
});

test("a cluster from other sources is created again", async () => {
  const kept = folder();
  await copyKeptCluster(folder(), kept);
  const madeFrom = readFileSync(join(kept, "made-from"), "utf8");
  writeFileSync(join(kept, "made-from"), "other sources");
  writeFileSync(join(kept, "postgres/left-over"), "");
  await copyKeptCluster(folder(), kept);
  assert.equal(existsSync(join(kept, "postgres/left-over")), false);
  assert.equal(readFileSync(join(kept, "made-from"), "utf8"), madeFrom);
});
