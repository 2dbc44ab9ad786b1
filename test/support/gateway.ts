// Somebody's gateway: receives the calls of the webhook transport and stamps when each begins.

import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Call = {
  /** The message's id, which is the idempotency key. */
  id: string;
  /** The address that it is for. */
  to: string;
  /** By `performance.now()`, when its first line was read. */
  at: number;
};

export type Gateway = {
  url: string;
  calls: Call[];
  /** What a server needs to send SMS here. */
  env: Record<string, string>;
  end(): Promise<void>;
};

/** Starts one; `answer` says how a call ends, where it is not to be taken. */
export async function gateway(
  answer: (response: ServerResponse, call: Call) => void = (response) => response.end(),
): Promise<Gateway> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const at = performance.now();
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => (body += text));
    request.on("error", () => {});
    request.on("end", () => {
      const { to } = JSON.parse(body).data;
      const call = { id: String(request.headers["webhook-id"]), to, at };
      calls.push(call);
      answer(response, call);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    env: {
      TRANSPORT_SMS: "webhook",
      WEBHOOK_URL: url,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
      WEBHOOK_ALLOW_PRIVATE: "true",
    },
    async end() {
      server.close();
      server.closeAllConnections();
    },
  };
}
