// An HTTP server in the role of whoever receives our calls: it keeps each request and answers as
// told.

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export type Received = { path: string; headers: IncomingHttpHeaders; body: string; socket: Socket };

export type Receiver = {
  url: string;
  port: number;
  received: Received[];
  /** How many connections were made. */
  connections(): number;
  /** Resolves when that many complete requests have come. */
  has(count: number): Promise<void>;
  end(): Promise<void>;
};

/** Starts one on a free port of 127.0.0.1. */
export async function receiver(
  answer: (response: ServerResponse, request: Received) => void,
): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => {
      body += text;
    });
    request.on("error", () => {});
    request.on("end", () => {
      const { url: path = "", headers, socket } = request;
      const one = { path, headers, body, socket };
      received.push(one);
      answer(response, one);
      server.emit("received");
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    connections: () => connections,
    async has(count) {
      while (received.length < count) await once(server, "received");
    },
    async end() {
      server.close();
      server.closeAllConnections();
    },
  };
}
