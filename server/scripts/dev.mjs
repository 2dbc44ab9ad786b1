// `npm run dev`: the server restarts and browsers reload whenever a file changes; the addresses are
// those of `npm start`.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer as createSocket } from "node:net";
import { join, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { stampOf } from "./build.mjs";
import { install } from "./install.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const port = Number(process.env.PORT || 8080);
const host = process.env.HOST || "127.0.0.1";

await install();
const { createBuilder, createServer } = await import("vite");

// What stands in dist/ is no longer what `npm start` built.
for (const part of ["server", "widgets", "demo"]) rmSync(stampOf(part), { force: true });
await buildPages();
const api = `http://127.0.0.1:${await freePort()}`;
const server = startServer(api);
const front = await createServer({
  root,
  logLevel: "warn",
  server: { host, port, strictPort: true, proxy: { "^/(?!@vite/|node_modules/)": api } },
  plugins: [
    {
      name: "pages-that-reload",
      configureServer: ({ middlewares }) => void middlewares.use(reloadingPage),
    },
  ],
});
await front.listen();
front.watcher.add(["widgets", "demo"].map((folder) => join(root, folder)));
front.watcher.on("all", rebuild);
server.stdout.on("data", (lines) => {
  process.stdout.write(lines);
  // Only now are the new pages served.
  if (String(lines).includes("is running at")) front.ws.send({ type: "full-reload" });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);

let building = Promise.resolve();
let waiting = false;

/** One build at a time, and one more when something changed meanwhile. */
function rebuild(_event, path) {
  const ours = ["widgets", "demo"].some((folder) => path.startsWith(join(root, folder) + sep));
  if (waiting || !ours) return;
  waiting = true;
  building = building.then(async () => {
    waiting = false;
    await buildPages().catch((error) => console.error(error.message));
  });
}

/** Everything but the server, which runs from its sources. */
async function buildPages() {
  const builder = await createBuilder({ root, logLevel: "warn" });
  for (const [name, environment] of Object.entries(builder.environments)) {
    if (!["client", "ssr", "server"].includes(name)) await builder.build(environment);
  }
}

/** The server keeps the templates of its pages, so a new one restarts it too. */
function startServer(address) {
  const templates = ["--include", "dist/widgets/**/*.html", "--include", "dist/demo/**/*.html"];
  const env = {
    PUBLIC_URL: `http://localhost:${port}`,
    ...process.env,
    PORT: new URL(address).port,
    HOST: "127.0.0.1",
  };
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  const options = { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] };
  const args = ["watch", "--clear-screen=false", ...templates, "server/main.ts"];
  return spawn(process.execPath, [tsx, ...args], options).on("exit", (code) =>
    process.exit(code ?? 1),
  );
}

/**
 * Any page of the server, with the script that reloads it; the page's policy would forbid that
 * script.
 */
async function reloadingPage(request, response, next) {
  const isPage = /^(document|iframe)$/.test(request.headers["sec-fetch-dest"] ?? "");
  if (request.method !== "GET" || !isPage) return next();
  const headers = Object.fromEntries(
    ["accept-language", "cookie", "referer"].map((name) => [name, request.headers[name] ?? ""]),
  );
  const answer = await answerOf(api + request.url, { headers, redirect: "manual" });
  const html = answer?.headers.get("content-type")?.startsWith("text/html");
  response.statusCode = answer?.status ?? 503;
  for (const [name, value] of answer?.headers ?? []) {
    if (
      !/^(content-(length|encoding|security-policy)|transfer-encoding|connection|etag)$/.test(name)
    ) {
      response.setHeader(name, value);
    }
  }
  const body = (await answer?.text()) ?? "The server is not running.";
  response.end(
    html
      ? body.replace("</head>", '<script type="module" src="/@vite/client"></script></head>')
      : body,
  );
}

/** A server that is just starting again is waited for, 30 s at most. */
async function answerOf(url, options, tries = 150) {
  const answer = await fetch(url, options).catch(() => undefined);
  if (answer || tries === 0) return answer;
  await new Promise((resolve) => setTimeout(resolve, 200));
  return answerOf(url, options, tries - 1);
}

async function freePort() {
  const socket = createSocket().listen(0, "127.0.0.1");
  await new Promise((resolve) => socket.once("listening", resolve));
  const { port: found } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return found;
}

async function stop() {
  server.kill("SIGTERM");
  await front.close();
}
