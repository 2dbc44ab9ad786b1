// The servers of `npm run dev`: a new one takes over when it is ready; only then the old one ends.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createSocket } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { createBuilder } from "vite";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Bundles and starts servers with these variables; `current` is the address of the newest. */
export async function createServers(env) {
  const environments = { server: { build: { outDir: "dist/dev" } } };
  const builder = await createBuilder({ root, logLevel: "warn", environments });
  const children = new Set();
  let running;
  return {
    current: () => running?.address,
    /** Throws when the bundle fails, or with what the new server said when it ends at once. */
    async replace() {
      await builder.build(builder.environments.server);
      const next = await start(env, running !== undefined);
      children.add(next.child.once("exit", () => children.delete(next.child)));
      const former = running?.child;
      running = next;
      // Requests that are on their way to it still arrive.
      setTimeout(() => former?.kill("SIGTERM"), 500);
    },
    async stop() {
      const all = [...children].map((child) => {
        child.kill("SIGTERM");
        return once(child, "exit");
      });
      await Promise.all(all);
    },
  };
}

async function start(env, quiet) {
  const port = await freePort();
  const endsWithUs = join(root, "server/scripts/dev/end-with-parent.mjs");
  const child = spawn(process.execPath, ["--import", endsWithUs, join(root, "dist/dev/main.js")], {
    cwd: root,
    env: { ...env, PORT: String(port), HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let said = "";
  await new Promise((ready, fail) => {
    const hear = (text) => {
      said += text;
      if (said.includes("is running at")) ready();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", fail);
    child.on("exit", (code) => fail(new Error(`The server ended (${code}).\n${said.trim()}`)));
  });
  // Whoever reads it has the addresses already.
  if (!quiet) process.stdout.write(said);
  for (const name of ["stdout", "stderr"]) {
    child[name].removeAllListeners("data").pipe(process[name]);
  }
  return { child, address: `http://127.0.0.1:${port}` };
}

async function freePort() {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
