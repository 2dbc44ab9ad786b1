// `npm run sign-in-link`: asks the running server for a new link to the portal, by the key that it
// keeps in its data folder.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { API_KEY, DATA_DIR, HOST = "127.0.0.1", PORT = "8080" } = process.env;
const keyFile = join(DATA_DIR || join(root, "data"), "api-key");
const key = API_KEY || (existsSync(keyFile) ? readFileSync(keyFile, "utf8").trim() : undefined);
if (!key) {
  end(
    `There is no ${keyFile}: set DATA_DIR to the server's data folder, or API_KEY to a key of every scope.`,
  );
}

// By its own address: what PUBLIC_URL names may not be reachable from here.
const everyAddress = { "0.0.0.0": "127.0.0.1", "::": "[::1]" };
const host = everyAddress[HOST] ?? (HOST.includes(":") ? `[${HOST}]` : HOST);
const server = `http://${host}:${PORT || 8080}`;
const answer = await fetch(`${server}/v1/sign-in-links`, {
  method: "POST",
  headers: { Authorization: `Bearer ${key}` },
}).catch(() => end(`No server answers at ${server}: set HOST and PORT as the server has them.`));
const body = await answer.json().catch(() => ({}));
if (answer.status !== 201)
  end(`The server at ${server} made no link (${answer.status}). ${body.detail ?? ""}`);
console.log(`${body.url} (once, within an hour)`);

function end(message) {
  console.error(message);
  process.exit(1);
}
