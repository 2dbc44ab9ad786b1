// A real server process for a test: on a free port, with a database and a data folder of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/env/root.ts";
import { build } from "../../server/scripts/build.mjs";
import { type TestDatabase, temporaryFolder, testDatabase } from "./database.ts";

export type TestServer = {
  /** PUBLIC_URL, the address of the API: http://localhost:PORT. */
  url: string;
  /** The same server by its IP address, which is another origin for browsers. */
  otherUrl: string;
  /** A key with every scope. */
  key: string;
  pid: number;
  dataDir: string;
  /** Its database, where it has one of the run's own. */
  database: TestDatabase | undefined;
  /** Everything that it has printed so far. */
  output(): string;
  /** Stops it gracefully; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** kill -9; the database and the data folder stay. */
  kill(): Promise<void>;
};

type Options = {
  env?: Record<string, string>;
  /** Uses this data folder and keeps it; otherwise a temporary one. */
  dataDir?: string;
  /**
   * Keeps the embedded database in the data folder, instead of a database on the run's PostgreSQL.
   */
  embedded?: boolean;
};

/** Starts a server and waits until it listens; throws with its output if it ends before. */
export async function startServer(options: Options = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? temporaryFolder();
  const database = options.embedded || options.env?.DATABASE_URL ? undefined : await testDatabase();
  const env = {
    DATA_DIR: dataDir,
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...options.env,
  };
  const { child, output } = await spawnServer(env);
  const cleanUp = async () => {
    await database?.end();
    if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
  };

  const url = await listening(child, output).catch(async (error) => {
    await cleanUp();
    throw error;
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const keyFile = join(dataDir, "api-key");
  const port = /:(\d+)\/site\//.exec(output())?.[1];
  return {
    url,
    otherUrl: `http://127.0.0.1:${port}`,
    key: options.env?.API_KEY ?? (existsSync(keyFile) ? readFileSync(keyFile, "utf8").trim() : ""),
    pid: child.pid as number,
    dataDir,
    database,
    output,
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      await cleanUp();
      return code;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Starts a process of the built server and does not wait for it. */
export async function spawnServer(env: Record<string, string>) {
  if (!process.env.TEST_BUILT) await build();
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  const inherited = { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}) };
  const child = spawn(process.execPath, ["dist/server/main.js"], {
    cwd: root,
    env: { ...inherited, PORT: "0", LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that fails leaves no server behind.
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  child.stderr.on("data", (chunk) => (text += chunk));
  return { child, output: () => text };
}

/** Starts a server that should end by itself; resolves to its exit code and its output. */
export async function bootFails(
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const { child, output } = await spawnServer(env);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: output() };
}

function listening(
  child: Awaited<ReturnType<typeof spawnServer>>["child"],
  output: () => string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout.on("data", () => {
      const url = /running at (\S+)\n[\s\S]*\/site\/\n/.exec(output())?.[1];
      if (url) resolve(url);
    });
    child.on("close", (code) => reject(new Error(`The server ended (${code}):\n${output()}`)));
  });
}
