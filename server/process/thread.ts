// What runs in each thread: the same app, with few connections of its own.

import { parentPort, workerData } from "node:worker_threads";
import { createApp } from "../app.ts";
import { connect } from "../database/connect.ts";
import { bindingsOf } from "../http/large-bodies.ts";
import type { WholeRequest } from "../http/whole-request.ts";
import { openLog } from "./log.ts";
import type { ThreadAnswer, ThreadSettings } from "./threads.ts";

const { connection, logLevel, services }: ThreadSettings = workerData;
const { sql, reads, slowReads, slowWrites } = connect(connection.target, connection);
// The server's own thread logs the request.
const log = openLog(["error", "fatal", "silent"].includes(logLevel) ? logLevel : "warn");
let poked = false;
const poke = () => {
  poked = true;
};
const app = createApp({ ...services, sql, reads, slowReads, slowWrites, poke, log });

/** Answers one request; a thread has one at a time. */
export async function answer(request: WholeRequest): Promise<ThreadAnswer> {
  poked = false;
  parentPort?.postMessage(request.requestId);
  const { url, method } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  // Its body has come whole.
  headers.delete("Transfer-Encoding");
  delete request.headers["transfer-encoding"];
  const { bindings, answered } = bindingsOf(request);
  request.body = new Uint8Array();
  const response = await app.fetch(
    new Request(new URL(url, services.publicUrl), { method, headers }),
    bindings,
  );
  for (const [name, value] of response.headers) answered.set(name, value);
  const body = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: [...answered], body, poked };
}
