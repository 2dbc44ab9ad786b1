// A PgBouncer that pools transactions, if one is installed.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { open } from "../../server/database/connect.ts";
import { temporaryFolder } from "./database.ts";
import { until } from "./until.ts";

/** The program's path; undefined if it is not installed. */
export function findPgBouncer(): string | undefined {
  // Debian keeps it where only root's PATH looks.
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, "pgbouncer")).find((path) => existsSync(path));
}

/** Starts one in front of the database that `url` names; few connections serve many. */
export async function startPgBouncer(
  program: string,
  url: string,
): Promise<{ url: string; version: string; stop(): Promise<void> }> {
  const { username, pathname, searchParams } = new URL(url);
  const folder = temporaryFolder();
  const port = await freePort();
  writeFileSync(
    join(folder, "pgbouncer.ini"),
    [
      "[databases]",
      `* = host=${searchParams.get("host")} port=5432 user=${username}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = any",
      "pool_mode = transaction",
      "default_pool_size = 6",
      "max_client_conn = 200",
    ].join("\n"),
  );
  const run = [program, "-q", join(folder, "pgbouncer.ini")];
  // Like PostgreSQL, it refuses to run as root.
  const asUser =
    process.getuid?.() === 0 ? ["unshare", "-U", "--map-user=1000", "--map-group=1000"] : [];
  const [command = "", ...args] = [...asUser, ...run];
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const pooled = `postgres://${username}@127.0.0.1:${port}${pathname}`;
  const probe = open({ url: pooled }, { max: 1, prepare: false });
  await until("PgBouncer to answer", () =>
    probe`select 1`.catch(() => child.exitCode !== null && Promise.reject(child.exitCode)),
  );
  await probe.end();
  return {
    url: pooled,
    version: execFileSync(program, ["--version"], { encoding: "utf8" }).split("\n")[0] ?? "",
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      process.off("exit", end);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
