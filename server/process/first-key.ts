// The key that the server starts with: the environment's, or one made at the first boot and kept in
// a file.

import { existsSync } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { ensureFirstKey, ensureKey, isRevoked } from "../access/keys.ts";
import type { Sql } from "../database/connect.ts";
import { prepareDataDir } from "../database/embedded.ts";
import type { Env } from "../env/env.ts";

/**
 * `keyFile` holds a key that works; absent: only its owner knows it. `cautions` are for the
 * operator.
 */
export type PreparedKey = { keyFile?: string; cautions: string[] };

/**
 * Makes sure that there is a key, and says where the one that is meant for this server was revoked.
 */
export async function prepareKey(sql: Sql, env: Env): Promise<PreparedKey> {
  if (env.apiKey) {
    await ensureKey(sql, env.apiKey);
    const revoked = await isRevoked(sql, env.apiKey);
    return { cautions: revoked ? [revokedVariable] : [] };
  }
  const file = join(env.dataDir, "api-key");
  await ensureFirstKey(sql, async (key) => {
    prepareDataDir(env.dataDir);
    await keep(file, key);
  });
  if (!existsSync(file)) return { cautions: [] };
  const revoked = await isRevoked(sql, (await readFile(file, "utf8")).trim());
  return revoked ? { cautions: [revokedFile(file)] } : { keyFile: file, cautions: [] };
}

const revokedVariable =
  "API_KEY is a key that was revoked, and stays refused: set API_KEY to a new one, or unset it.";

function revokedFile(file: string): string {
  return `The key in ${file} was revoked, and stays refused: make another key in the portal.`;
}

/** Written completely or not at all, readable by this user alone. */
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
