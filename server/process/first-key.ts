// The key that the server starts with: the environment's, or one made at the first boot and kept in a file.

import { existsSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { ensureFirstKey, ensureKey } from "../access/keys.ts";
import type { Sql } from "../database/connect.ts";
import { prepareDataDir } from "../database/embedded.ts";
import type { Env } from "../env/env.ts";

/** Makes sure that there is a key; gives the file that holds it, or undefined when only its owner knows it. */
export async function prepareKey(sql: Sql, env: Env): Promise<string | undefined> {
  if (env.apiKey) {
    await ensureKey(sql, env.apiKey);
    return undefined;
  }
  const file = join(env.dataDir, "api-key");
  await ensureFirstKey(sql, async (key) => {
    prepareDataDir(env.dataDir);
    await keep(file, key);
  });
  return existsSync(file) ? file : undefined;
}

/** Whole or not at all, for this user alone. */
async function keep(path: string, key: string): Promise<void> {
  const unfinished = `${path}.new-${process.pid}`;
  const file = await open(unfinished, "w", 0o600);
  try {
    await file.writeFile(`${key}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
