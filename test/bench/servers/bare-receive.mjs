// The fastest handler we can write for the statements of a message that acts: node:http and
// postgres.js alone.

import { createServer } from "node:http";
import process from "node:process";
import postgres from "postgres";

const { database, key, match, keep } = JSON.parse(process.env.BARE);
const sql = postgres({ ...database, fetch_types: false, max: 10 });
const keys = new Map([[`Bearer ${key}`, true]]);

createServer((request, response) => {
  receive(request, response).catch((error) => response.writeHead(500).end(error.message));
}).listen(Number(process.env.PORT), "127.0.0.1");

async function receive(request, response) {
  if (!keys.has(request.headers.authorization)) return response.writeHead(401).end();
  const { channel, from, to, body, messageId } = JSON.parse(await textOf(request));
  const [word] = body.toLowerCase().split(/\W/);
  const [rule] = await sql.unsafe(match, [channel, sql.json([word, body.toLowerCase()]), to], {
    prepare: true,
  });
  const why = `The message begins with "${rule.keyword}".`;
  const values = [
    "api",
    channel,
    messageId,
    "phoneNumber",
    from,
    to,
    body,
    rule.id,
    rule.action,
    "rule",
    why,
    rule.reply,
  ];
  const [received] = await sql.unsafe(keep, [...values, false, sql.json({ key }), null], {
    prepare: true,
  });
  const text = JSON.stringify(received);
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
