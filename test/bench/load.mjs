// The load: clients that each keep one connection and have one request in flight. It runs in a
// worker, and reads only the status and the end of an answer: its own cost is taken from the
// servers that it measures.

import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";

const lists = [];

parentPort.on("message", async (message) => {
  if (message.requests) return lists.push(message.requests.map((text) => Buffer.from(text)));
  try {
    parentPort.postMessage(await run(lists[message.list], message));
  } catch (error) {
    parentPort.postMessage({ error: error.message });
  }
});

/**
 * Sends the list from `from` on, repeatedly, for some seconds; returns the latencies in ms and its
 * position at the end.
 */
async function run(requests, { port, seconds, connections, from }) {
  const latencies = [];
  let next = from;
  const began = performance.now();
  const end = began + seconds * 1000;
  const take = () => (performance.now() < end ? requests[next++ % requests.length] : undefined);
  await Promise.all(Array.from({ length: connections }, () => client(port, take, latencies)));
  const took = performance.now() - began;
  return { latencies: Float32Array.from(latencies).sort(), seconds: took / 1000, next };
}

/** One client, until `take` returns nothing more. Rejects on an unsuccessful answer. */
function client(port, take, latencies) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let sent = 0;
    let missing = 0;
    let head = "";
    const send = () => {
      const request = take();
      if (!request) return socket.end(resolve);
      sent = performance.now();
      socket.write(request);
    };
    const answered = () => {
      latencies.push(performance.now() - sent);
      send();
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      if (missing > 0) {
        missing -= chunk.length;
        if (missing === 0) answered();
        return;
      }
      head += chunk.latin1Slice();
      const bodyAt = head.indexOf("\r\n\r\n") + 4;
      if (bodyAt === 3) return;
      if (head[9] !== "2") return socket.destroy(new Error(`Answered: ${head}`));
      const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
      if (length === undefined) return socket.destroy(new Error(`No length: ${head}`));
      missing = Number(length) - (head.length - bodyAt);
      head = "";
      if (missing === 0) answered();
    });
  });
}
