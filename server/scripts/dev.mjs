// `npm run dev`: browsers get the sources of widgets and portal, and the server starts again when
// its own change. The addresses are those of `npm start`.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { install } from "./install.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const port = Number(process.env.PORT || 8080);
const host = process.env.HOST || "127.0.0.1";
let database;
let servers;
let front;

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => stop().finally(() => process.exit(0)));
}
await install();
await build(["widgets", "demo"]);
const { createServer } = await import("vite");
const { livePages } = await import("./dev/live-pages.mjs");
const { createServers } = await import("./dev/servers.mjs");

if (!process.env.DATABASE_URL) database = await startDatabase().catch(cannotStart);
servers = await createServers({
  PUBLIC_URL: `http://localhost:${port}`,
  ...process.env,
  ...(database ? { DATABASE_URL: database.url } : {}),
});
front = await createFront();
await servers.replace().catch(cannotStart);
await front.listen();
front.watcher.add(["server", "widgets", "demo"].map((folder) => join(root, folder)));
front.watcher.on("all", (_event, path) => changed(path.slice(root.length).replaceAll("\\", "/")));

let waiting = Promise.resolve();
let asked = false;

/** Vite itself sends a module that changed; here is what it does not know of. */
function changed(path) {
  const known = front.environments.client.moduleGraph.getModulesByFile(join(root, path));
  if (path.startsWith("widgets/") && !known?.size) front.ws.send({ type: "full-reload" });
  const isTemplate = /^(widgets|demo)\/.*\.html$|^widgets\/embed\/(embed|build)\.ts$/.test(path);
  if (asked || !(isTemplate || (path.startsWith("server/") && !path.startsWith("server/scripts/"))))
    return;
  asked = true;
  waiting = waiting.then(async () => {
    asked = false;
    try {
      if (isTemplate) await build(["widgets", "demo"]);
      await servers.replace();
      front.ws.send({ type: "full-reload" });
    } catch (error) {
      console.error(error.message);
    }
  });
}

/** What is no page and no source goes to the server as it is. */
function createFront() {
  const proxied = {
    changeOrigin: true,
    target: "http://127.0.0.1",
    bypass() {
      proxied.target = servers.current();
    },
  };
  return createServer({
    root,
    configFile: false,
    appType: "custom",
    publicDir: false,
    logLevel: "warn",
    cacheDir: "dist/dev/vite",
    optimizeDeps: {
      entries: [
        "demo/portal/main.ts",
        "widgets/*/define.ts",
        "widgets/embed/{form,preferences,editor}.ts",
      ],
    },
    server: {
      // The packages may stand elsewhere, behind a link.
      fs: { allow: [root, realpathSync(join(root, "node_modules"))] },
      host,
      port,
      strictPort: true,
      proxy: {
        "^/(?!@|node_modules/|dist/dev/|demo/|server/|widgets/.*\\.(ts|css)(\\?|$))": proxied,
      },
    },
    plugins: [
      {
        name: "opt-in-kit:live-pages",
        configureServer: (server) =>
          void server.middlewares.use(livePages(server, servers.current)),
      },
    ],
  });
}

/** Held here rather than by a server, which may then start again without it. */
async function startDatabase() {
  const { register } = await import("tsx/esm/api");
  register();
  const { startEmbedded } = await import("../database/embedded.ts");
  const { target, stop: end } = await startEmbedded(process.env.DATA_DIR || join(root, "data"));
  const { user, database: name, socketFolder } = target;
  const url = `postgres://${user}@localhost/${name}?host=${encodeURIComponent(socketFolder)}`;
  return { url, stop: end };
}

async function cannotStart(error) {
  console.error(error.message);
  await stop();
  process.exit(1);
}

async function stop() {
  await servers?.stop();
  await front?.close();
  await database?.stop();
}
