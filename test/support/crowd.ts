// Many people in a database, servers that write to them, and clients that call those servers.

import { Agent, request } from "node:http";
import type { Sql } from "../../server/database/connect.ts";
import type { Broadcast } from "../../server/schemas/broadcasts.ts";
import type { TestServer } from "./server.ts";
import { until } from "./until.ts";

export const apiKey = "a-key-for-this-test-alone";

/** Creates people `p1` ... who are opted in to SMS and e-mail. */
export async function makePeople(sql: Sql, count: number): Promise<void> {
  await sql`select set_defaults('{"sms": true, "email": true}', '{}')`;
  await sql`
    select make_profiles(jsonb_agg(jsonb_build_object('id', 'p' || n, 'phoneNumber',
      '+4477' || lpad(n::text, 8, '0'), 'email', 'p' || n || '@people.example')))
    from generate_series(1, ${count}::int) n`;
  await sql`analyze`;
}

/** The number of person `n`. */
export function numberOf(n: number): string {
  return `+4477${String(n).padStart(8, "0")}`;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers of many shapes, and fail where one is missing.
export type Answer = { status: number; headers: Record<string, unknown>; body: any };

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/**
 * Calls a server; resolves as soon as the head of the answer has been read. A broken connection
 * rejects.
 */
export function call(
  { url }: Pick<TestServer, "url">,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Answer> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "application/x-www-form-urlencoded" : "application/json";
  const headers = {
    Authorization: `Bearer ${apiKey}`,
    ...(text !== undefined
      ? { "Content-Type": type, "Content-Length": String(Buffer.byteLength(text)) }
      : {}),
    ...more,
  };
  return new Promise((done, fail) => {
    const sent = request(`${url}${path}`, { method, agent, headers }, (response) => {
      let said = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (said += part));
      response.on("error", fail);
      response.on("end", () => {
        const isJson = /json/.test(response.headers["content-type"] ?? "");
        const { statusCode: status = 0, headers } = response;
        done({ status, headers, body: isJson && said ? JSON.parse(said) : said });
      });
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The server had just closed a kept-alive connection: the request was not sent yet.
      if (sent.reusedSocket && error.code === "ECONNRESET")
        done(call({ url }, method, path, body, more));
      else fail(error);
    });
    sent.end(text);
  });
}

/** Starts a broadcast by SMS to everyone. */
export async function beginBroadcast(server: TestServer, over: object = {}): Promise<string> {
  const wanted = {
    name: "News",
    channel: "sms",
    body: "Hi",
    audience: { everyone: true },
    ...over,
  };
  const { status, body } = await call(server, "POST", "/v1/broadcasts", wanted);
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.id;
}

/** Waits until a broadcast has nothing left to do. */
export function broadcastDone(
  server: () => TestServer,
  id: string,
  seconds = 100,
): Promise<Broadcast> {
  return until(
    "the broadcast to be done",
    async () => {
      const answer = await call(server(), "GET", `/v1/broadcasts/${id}`).catch(() => undefined);
      return answer?.body.status === "done" && (answer.body as Broadcast);
    },
    seconds,
  );
}
