// How large a body may be.

import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./services.ts";

type Limit = { bytes: number; limitStream: MiddlewareHandler };

const usual = limit(256);
/** Lists and raw mails come whole, and Meta sends up to 3 MB at once. */
const larger: (Limit & { path: RegExp; type?: RegExp })[] = [
  { path: /^\/v1\/(broadcasts|messages\/batch)/, ...limit(64 * 1024) },
  { path: /^\/v1\/profiles\/import/, ...limit(16 * 1024) },
  { path: /^\/v1\/can-send/, ...limit(2 * 1024) },
  { path: /^\/inbound\/meta/, ...limit(4 * 1024) },
  { path: /^\/v1\/messages\/inbounds/, type: /^message\/rfc822/i, ...limit(10 * 1024) },
];

/**
 * Refuses a body of more than 256 kB, or of more than what a route takes that is known for more.
 * Throws `too_large`. Hono's own limit converts every request to a web Request, which takes longer
 * than everything else we do, so it is used only if the length is not known beforehand.
 */
export const limitBody: MiddlewareHandler<AppEnv> = (c, next) => {
  const { bytes, limitStream } = limitOf(c);
  const { headers } = c.env.incoming;
  // Whoever hands a large body to a thread counts it, too.
  const counted = bytes > usual.bytes && c.get("services").threads;
  if (headers["transfer-encoding"] !== undefined) return counted ? next() : limitStream(c, next);
  if (Number(headers["content-length"] ?? 0) > bytes) tooLarge(c, bytes);
  return next();
};

/** How many bytes the body of a request may have. */
export function bodyLimitOf(c: Context<AppEnv>): number {
  return limitOf(c).bytes;
}

function limitOf({ req, env }: Context<AppEnv>): Limit {
  const type = env.incoming.headers["content-type"] ?? "";
  return larger.find((one) => one.path.test(req.path) && (one.type?.test(type) ?? true)) ?? usual;
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
