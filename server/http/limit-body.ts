// How large a body may be.

import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./services.ts";

type Limit = { bytes: number; limitStream: MiddlewareHandler };

const usual = limit(256);
/** Lists and raw mails come whole, and Meta sends up to 3 MB at once. */
const larger = [
  { path: /^\/v1\/(broadcasts|messages\/batch)/, ...limit(64 * 1024) },
  { path: /^\/v1\/profiles\/import/, ...limit(16 * 1024) },
  { path: /^\/inbound\/meta/, ...limit(4 * 1024) },
  { path: /^\/v1\/messages\/inbounds/, ...limit(10 * 1024) },
];

/**
 * Refuses a body of more than 256 kB, or of more than what a route takes that is known for more.
 * Throws `too_large`. Hono's own limit converts every request to a web Request, which takes longer
 * than everything else we do, so it is used only if the length is not known beforehand.
 */
export const limitBody: MiddlewareHandler<AppEnv> = (c, next) => {
  const { bytes, limitStream } = limitOf(c.req.path);
  const { headers } = c.env.incoming;
  // Whoever hands a large body to a thread counts it, too.
  const counted = bytes > usual.bytes && c.get("services").threads;
  if (headers["transfer-encoding"] !== undefined) return counted ? next() : limitStream(c, next);
  if (Number(headers["content-length"] ?? 0) > bytes) tooLarge(c, bytes);
  return next();
};

/** How many bytes a body may have on a path. */
export function bodyLimitOf(path: string): number {
  return limitOf(path).bytes;
}

function limitOf(requested: string): Limit {
  return larger.find(({ path }) => path.test(requested)) ?? usual;
}

function limit(kilobytes: number): Limit {
  const bytes = kilobytes * 1024;
  return { bytes, limitStream: bodyLimit({ maxSize: bytes, onError: (c) => tooLarge(c, bytes) }) };
}

/** Throws `too_large`, and ends the connection. */
export function tooLarge(c: Context, bytes: number): never {
  // The rest of the body is not read, so the connection cannot be reused.
  c.header("Connection", "close");
  throw new Problem("too_large", `This body is too large: at most ${bytes / 1024} kB here.`);
}
