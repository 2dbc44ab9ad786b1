// The load generator, from the outside.

import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** A list of requests; each run continues where the previous one ended. */
export type Requests = { list: number; next: number };

/** The result of one run: requests a second, and latencies in ms. */
export type Run = { perSecond: number; p50: number; p99: number; count: number };

export type Load = {
  /** Passes requests on as they go over the wire. */
  prepare(requests: string[]): Requests;
  /** Loads a server for some seconds; throws when it answers anything but 2xx. */
  run(
    port: number,
    requests: Requests,
    options: { seconds: number; connections?: number },
  ): Promise<Run>;
  end(): Promise<void>;
};

/** Starts the generator in a worker. */
export function startLoad(): Load {
  const worker = new Worker(new URL("./load.mjs", import.meta.url), { execArgv: [] });
  let lists = 0;
  return {
    prepare(requests) {
      worker.postMessage({ requests });
      return { list: lists++, next: 0 };
    },
    async run(port, requests, { seconds, connections = 32 }) {
      worker.postMessage({ port, list: requests.list, from: requests.next, seconds, connections });
      const [{ error, latencies, next, seconds: took }] = await once(worker, "message");
      if (error) throw new Error(error);
      requests.next = next;
      const at = (share: number) => latencies[Math.floor(latencies.length * share)] as number;
      return {
        perSecond: latencies.length / took,
        p50: at(0.5),
        p99: at(0.99),
        count: latencies.length,
      };
    },
    async end() {
      await worker.terminate();
    },
  };
}

/** A request as it goes over the wire. */
export function request(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
): string {
  const text = body === undefined ? "" : JSON.stringify(body);
  const all = {
    Host: "localhost",
    ...headers,
    ...(body === undefined
      ? {}
      : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(text)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text}`;
}
