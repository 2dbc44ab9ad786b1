// How large a body may be.

import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../context.ts";
import { Problem } from "../errors.ts";

const usual = 256 * 1024;
/** Lists of people and of messages come whole. */
const lists = 64 * 1024 * 1024;
const takesLists = /^\/v1\/(broadcasts|messages\/batch)/;

const limitUsualStream = bodyLimit({ maxSize: usual, onError: tooLarge });
const limitListStream = bodyLimit({ maxSize: lists, onError: tooLarge });

/**
 * Refuses a body of more than 256 kB, or 64 MB where lists are taken. Throws `too_large`.
 * Hono's own limit turns every request into a whole web Request, which takes longer than all else that we do: it is
 * asked only where the length is not known beforehand.
 */
export const limitBody: MiddlewareHandler<AppEnv> = (c, next) => {
  const isList = takesLists.test(c.req.path);
  const { headers } = c.env.incoming;
  if (headers["transfer-encoding"] !== undefined)
    return (isList ? limitListStream : limitUsualStream)(c, next);
  if (Number(headers["content-length"] ?? 0) > (isList ? lists : usual)) tooLarge(c);
  return next();
};

function tooLarge(c: Context): never {
  // What is left of the body is not read, so nothing else can come on this connection.
  c.header("Connection", "close");
  throw new Problem(
    "too_large",
    "This body is too large: at most 256 kB, lists of people or messages 64 MB.",
  );
}
