// The fastest loop we can write for the statements of dispatch: claims, and marks as sent while it
// claims the next.

import { createServer } from "node:http";
import process from "node:process";
import postgres from "postgres";

const { database, claims, marks } = JSON.parse(process.env.BARE);
const sql = postgres({ ...database, fetch_types: false, max: 2 });
const [batch, lease] = [1000, 15];

createServer((request, response) => {
  if (request.method !== "POST") return response.end();
  dispatch().then(
    () => response.end(),
    (error) => response.writeHead(500).end(error.message),
  );
}).listen(Number(process.env.PORT), "127.0.0.1");

async function dispatch() {
  let marking;
  for (;;) {
    const claimed = await sql.unsafe(claims, [sql.json(["sms"]), batch, lease, true], {
      prepare: true,
    });
    await marking;
    if (claimed.length === 0) return;
    const endings = claimed.map(({ id, attempts }) => ({ id, attempts, status: "sent" }));
    marking = sql.unsafe(marks, [sql.json(endings)], { prepare: true }).execute();
  }
}

process.on("SIGTERM", () => process.exit(0));
