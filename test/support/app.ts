// The app over real HTTP with a database of its own, in the test's process.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { pino } from "pino";
import { createKey } from "../../server/access/keys.ts";
import { channels } from "../../server/addresses/channels.ts";
import { createApp } from "../../server/app.ts";
import type { Services } from "../../server/http/services.ts";
import type { Scope } from "../../server/schemas/keys.ts";
import { checkAnswer } from "./answers.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

// biome-ignore lint/suspicious/noExplicitAny: the tests read answers of many shapes, and fail where one is missing.
export type Answer = { status: number; headers: Headers; body: any };

export type TestApp = {
  url: string;
  database: TestDatabase;
  /** An answer of the app, and the handlers that made it. */
  routes: ReturnType<typeof createApp>["routes"];
  /** Every line that was logged. */
  logged: string[];
  /**
   * Calls with a key of every scope, unless `headers` say otherwise; an object as body is sent as
   * JSON.
   */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** The header of a new key with these scopes. */
  keyWith(...scopes: Scope[]): Promise<Record<string, string>>;
  end(): Promise<void>;
};

/** Starts the app; `over` replaces some of its services. */
export async function testApp(over: Partial<Services> = {}): Promise<TestApp> {
  const database = await testDatabase();
  const logged: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => logged.push(line) });
  const server = createAdaptorServer({ fetch: (...request) => app.fetch(...request) });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const app = createApp({
    sql: database.sql,
    reads: database.reads,
    slowReads: database.slowReads,
    slowWrites: database.slowWrites,
    publicUrl: url,
    secrets: ["a secret for the tests alone"],
    trustedProxies: [],
    limits: { client: 0, address: 0, confirmations: 0 },
    answerTime: 0,
    providers: { twilioAuthToken: undefined, metaAppSecret: undefined, metaVerifyToken: undefined },
    outboxChannels: channels,
    poke: () => {},
    log,
    ...over,
  });
  const keyWith = async (...scopes: Scope[]) => {
    const { key } = await createKey(database.sql, { name: "test", scopes });
    return { Authorization: `Bearer ${key}` };
  };
  const admin = await keyWith("admin");
  return {
    url,
    database,
    routes: app.routes,
    logged,
    keyWith,
    async call(method, path, body, headers = {}) {
      const json = body !== undefined && typeof body !== "string";
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...admin, ...(json ? { "Content-Type": "application/json" } : {}), ...headers },
        ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as string) }),
      });
      const text = await response.text();
      const type = response.headers.get("Content-Type")?.split(";")[0] ?? "";
      const answer = text && /json/.test(type) ? JSON.parse(text) : text;
      await checkAnswer(
        app.routes,
        { method, path },
        { status: response.status, type, body: answer },
      );
      return { status: response.status, headers: response.headers, body: answer };
    },
    async end() {
      server.close();
      await database.end();
    },
  };
}

/** A form's body; `over` replaces fields. */
export function formBody(over: Record<string, unknown> = {}) {
  return {
    channel: "sms",
    description: "Newsletter",
    confirmationMessage: "Yes, send me offers by SMS.",
    buttonText: "Sign up",
    businessName: "Corner Café",
    defaultCountry: "GB",
    ...over,
  };
}
