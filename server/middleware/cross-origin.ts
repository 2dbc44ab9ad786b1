// What lets a form on somebody's page speak with us: CORS for the form's own origins, without cookies.

import type { Context as HonoContext, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { originNotAllowed } from "../submissions.ts";

/** Lets the page that asks read the answer, and why it may not ask. */
export const crossOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  const origin = c.req.header("Origin");
  c.header("Vary", "Origin");
  if (origin !== undefined) {
    c.header("Access-Control-Allow-Origin", origin);
    c.header("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
  }
  await next();
};

/** The origin of the page that asks; null for our own pages and where no browser asks. */
export function pageOrigin(c: HonoContext<AppEnv>): string | null {
  const origin = c.req.header("Origin");
  return origin === undefined || origin === new URL(c.get("context").publicUrl).origin ? null : origin;
}

/** Throws `origin_not_allowed` when a page is not among the allowed origins; an empty list allows any. */
export function requireOrigin(origin: string | null, allowed: readonly string[]): void {
  if (origin !== null && allowed.length > 0 && !allowed.includes(origin)) throw originNotAllowed();
}
