// What every request is served with.

import type { HttpBindings } from "@hono/node-server";
import type { Logger } from "pino";
import type postgres from "postgres";
import type { Grant } from "../access/keys.ts";
import type { Sql } from "../database/connect.ts";
import type { Providers } from "../env/env.ts";
import type { Caller } from "../flags/flags.ts";
import type { Limits } from "../forms/submissions.ts";
import type { OpenedLink } from "../links/links.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Language } from "../schemas/languages.ts";
import type { Threads } from "./whole-request.ts";

/** What the app is made of; the same for every request. */
export type Services = {
  /** The pools; `Database` says which is for what. */
  sql: postgres.Sql;
  reads: postgres.Sql;
  slowReads: postgres.Sql;
  slowWrites: postgres.Sql;
  /** Where browsers reach this server, without a slash at the end; every link begins with it. */
  publicUrl: string;
  /** What signs links, newest first. */
  secrets: readonly string[];
  /** Addresses and networks (CIDR) of the proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  limits: Limits;
  /** How many milliseconds the answer to a submission takes at least. */
  answerTime: number;
  /** Whose messages these are, where a transport says it. */
  businessName?: string | undefined;
  /** What signs an admin in to the portal; absent: sign-in links alone. */
  adminPassword?: string | undefined;
  /** The secrets of the providers' webhooks; one without its secret is off. */
  providers: Providers;
  /** The channels whose way out is the outbox: their messages are read in the portal alone. */
  outboxChannels: readonly Channel[];
  /** Whether /docs and /openapi.json are there; absent: they are. */
  docs?: boolean | undefined;
  /** Whether the example page is there; absent: it is. */
  site?: boolean | undefined;
  /** Tells this server's dispatchers that there is something to send. */
  poke: () => void;
  /** Where large bodies are answered; absent in those threads themselves. */
  threads?: Threads | undefined;
  log: Logger;
};

/** What a route finds on the request. */
export type AppEnv = {
  Bindings: HttpBindings & {
    /** In a thread: what the server's own thread calls this request, and its body. */
    requestId?: string;
    wholeBody?: Uint8Array<ArrayBuffer> | undefined;
  };
  Variables: {
    services: Services;
    /** The pool for this route's writes, or the transaction of an Idempotency-Key. */
    sql: Sql;
    /** Whoever calls `/v1`. */
    caller: Caller;
    grant: Grant;
    /** The signed link by which a public route is called. */
    link: OpenedLink;
    /** What a visitor's request is answered in; absent: in words for developers. */
    visitorLanguage?: Language;
    /** What the log and the answer call this request. */
    requestId: string;
  };
};
