// The fastest handler we can write for the statement of a send: node:http and postgres.js alone.

import { createServer } from "node:http";
import process from "node:process";
import postgres from "postgres";

const { database, key, statement } = JSON.parse(process.env.BARE);
const sql = postgres({ ...database, fetch_types: false, max: 10 });
const keys = new Map([[`Bearer ${key}`, { key: "bench" }]]);

createServer((request, response) => {
  send(request, response).catch((error) => response.writeHead(500).end(error.message));
}).listen(Number(process.env.PORT), "127.0.0.1");

async function send(request, response) {
  const actor = keys.get(request.headers.authorization);
  if (!actor) return response.writeHead(401).end();
  const { to, ...message } = JSON.parse(await textOf(request));
  const rows = [{ index: 0, ...to, ...message }];
  const [sent] = await sql.unsafe(statement, [sql.json(rows), sql.json(actor)], { prepare: true });
  const answer = { messageId: sent.messageId, status: "processing", channel: sent.channel };
  const text = JSON.stringify(answer);
  response.writeHead(201, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

function textOf(request) {
  return new Promise((resolve, reject) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => resolve(text));
    request.on("error", reject);
  });
}

process.on("SIGTERM", () => process.exit(0));
