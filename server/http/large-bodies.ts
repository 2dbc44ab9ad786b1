// Large bodies are answered in threads: parsing one takes seconds, in which nobody else would be.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import type { StatusCode } from "hono/utils/http-status";
import { Problem } from "../errors.ts";
import { countValues } from "./count-values.ts";
import { bodyLimitOf, tooLarge } from "./limit-body.ts";
import type { AppEnv } from "./services.ts";
import type { Threads, WholeRequest } from "./whole-request.ts";

/** Up to here reading a list takes 30 ms at most, no longer than handing it over. */
const small = 32 * 1024;
/** More than the longest list. */
const maxValues = 3_000_000;

/** Hands a request with a large body to a thread, where there are any. */
export const largeBodies: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { incoming } = c.env;
  const { "content-length": length, "transfer-encoding": encoding } = incoming.headers;
  const { threads } = c.get("services");
  if (!threads || (encoding === undefined && !isLarge(Number(length ?? 0)))) return next();
  return answerInThread(c, threads, () => readBody(c));
};

/** Whether a body of so many bytes is worth a thread. */
export function isLarge(bytes: number): boolean {
  return bytes > small;
}

/** The answer of a thread. */
export async function answerInThread(
  c: Context<AppEnv>,
  threads: Threads,
  read: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const { method = "", url = "", headers, socket } = c.env.incoming;
  const peer = socket.remoteAddress ?? "";
  const requestId = c.get("requestId");
  const {
    status,
    headers: answered,
    body,
  } = await threads.answer(async () => ({
    ...{ method, url, headers, peer, requestId },
    body: await read(),
  }));
  for (const [name, value] of answered) c.header(name, value);
  return c.body(body, status as StatusCode as 200);
}

/** The whole body, in one piece that can be handed over. Throws `too_large`. */
async function readBody(c: Context<AppEnv>): Promise<Uint8Array<ArrayBuffer>> {
  const most = bodyLimitOf(c);
  const length = Number(c.env.incoming.headers["content-length"] ?? 0);
  let body = new Uint8Array(length || small);
  let filled = 0;
  for await (const chunk of c.env.incoming as AsyncIterable<Buffer>) {
    if (filled + chunk.length > most) tooLarge(c, most);
    if (filled + chunk.length > body.length) body = grown(body, most);
    body.set(chunk, filled);
    filled += chunk.length;
  }
  return filled === body.length ? body : body.slice(0, filled);
}

function grown(body: Uint8Array<ArrayBuffer>, most: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(most, body.length * 4));
  larger.set(body);
  return larger;
}

/** What a route finds of a connection that another thread holds. */
export function bindingsOf({ body, method, url, headers, peer, requestId }: WholeRequest) {
  const answered = new Headers();
  const incoming = { method, url, headers, socket: { remoteAddress: peer } };
  return {
    answered,
    bindings: {
      incoming: incoming as unknown as IncomingMessage,
      outgoing: {
        setHeader: (name: string, value: string) => answered.set(name, value),
      } as unknown as ServerResponse,
      requestId,
      wholeBody: body as Uint8Array<ArrayBuffer> | undefined,
    },
  };
}

/** In a thread: lets the routes read the body that was handed over, without copying it. */
export const takeWholeBody: MiddlewareHandler<AppEnv> = (c, next) => {
  let bytes = c.env.wholeBody;
  if (!bytes) return next();
  delete c.env.wholeBody;
  // A thread that passes its limit of memory in one step would end the whole process.
  if (countValues(bytes) > maxValues) {
    throw new Problem(
      "too_large",
      "This holds more than 3,000,000 values. Send it in smaller parts.",
    );
  }
  let text: Promise<string> | undefined;
  const cache = {
    get arrayBuffer() {
      return Promise.resolve(bytes?.buffer);
    },
    get text() {
      text ??= Promise.resolve(new TextDecoder().decode(bytes));
      bytes = undefined;
      return text;
    },
  };
  // Hono's type says what its promises become.
  c.req.bodyCache = cache as unknown as typeof c.req.bodyCache;
  return next();
};
