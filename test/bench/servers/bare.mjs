// The fastest handlers we can write for the same statements on the same database: node:http and
// postgres.js alone.

import { createServer } from "node:http";
import process from "node:process";
import postgres from "postgres";

const { database, key, read, submit } = JSON.parse(process.env.BARE);
const options = { ...database, fetch_types: false };
const reads = postgres({ ...options, max: 1 });
const writes = postgres({ ...options, max: 10 });
const keys = new Map([[`Bearer ${key}`, true]]);
const prefix = "/v1/profiles?phoneNumber=";

createServer((request, response) => {
  const work = request.method === "GET" ? readProfile : submitForm;
  work(request, response).catch((error) => response.writeHead(500).end(error.message));
}).listen(Number(process.env.PORT), "127.0.0.1");

async function readProfile(request, response) {
  if (!keys.has(request.headers.authorization)) return response.writeHead(401).end();
  const phoneNumber = decodeURIComponent(request.url.slice(prefix.length));
  const items = await reads.unsafe(read, [phoneNumber], { prepare: true });
  answer(response, JSON.stringify({ items, nextCursor: null }));
}

async function submitForm(request, response) {
  const { address, wording } = JSON.parse(await textOf(request));
  const { headers, url } = request;
  const form = url.slice("/public/forms/".length, -"/submissions".length);
  const client = headers["x-forwarded-for"];
  const evidence = {
    page: null,
    userAgent: headers["user-agent"],
    language: null,
    clientAddress: client,
  };
  const limit = 1_000_000;
  const confirmation = [null, null, null, null];
  const values = [
    form,
    wording,
    "phoneNumber",
    address,
    "GB",
    null,
    client,
    limit,
    limit,
    0,
    writes.json({ country: 0, prefix: 0, unconfirmed: 0 }),
    writes.json(evidence),
  ];
  await writes.unsafe(submit, [...values, ...confirmation, false], { prepare: true });
  answer(response, '{"status":"done","thankYouText":null}');
}

function answer(response, text) {
  response.writeHead(200, {
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
