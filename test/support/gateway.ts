// A customer's gateway: receives the calls of the webhook transport and records when each began.

import { once } from "node:events";
import { createServer, get, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as endOfTurn } from "node:timers/promises";

export type Call = {
  /** The message's id, which is the idempotency key. */
  id: string;
  /** The address of the recipient. */
  to: string;
  /** By `performance.now()`, when its first line was read. */
  at: number;
};

export type Gateway = {
  url: string;
  calls: Call[];
  /** What a server needs to send SMS here. */
  env: Record<string, string>;
  /**
   * The time by which every call that had left its sender before this was called has been read:
   * anything read later began later.
   */
  fence(): Promise<number>;
  end(): Promise<void>;
};

const marker = "/marker";

/** Starts one; `answer` says how a call ends if it is not accepted. */
export async function gateway(
  answer: (response: ServerResponse, call: Call) => void = (response) => response.end(),
): Promise<Gateway> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const at = performance.now();
    if (request.url === marker) return void response.end();
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
    // Whatever has left its sender waits in the kernel, on a connection that is not accepted or not
    // read yet. Connections are accepted in the order in which they were made: once a request on a
    // new one is answered, all before it have been accepted. And the poll that read this request
    // also read whatever else was there, on any of them, in the same turn.
    async fence() {
      const [response] = await once(get(url + marker, { agent: false }), "response");
      response.resume();
      await endOfTurn();
      return performance.now();
    },
    async end() {
      server.close();
      server.closeAllConnections();
    },
  };
}
