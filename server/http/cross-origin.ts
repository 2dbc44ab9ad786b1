// CORS for the origins that a form allows, without cookies.

import type { Context, MiddlewareHandler } from "hono";
import { originNotAllowed } from "../forms/submissions.ts";
import type { AppEnv } from "./services.ts";

/** Lets the requesting page read the answer, including why it was refused. */
export const crossOrigin: MiddlewareHandler<AppEnv> = (c, next) => {
  const { incoming, outgoing } = c.env;
  const { origin } = incoming.headers;
  outgoing.setHeader("Vary", "Origin, Accept-Language");
  if (origin !== undefined) {
    outgoing.setHeader("Access-Control-Allow-Origin", origin);
    outgoing.setHeader("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
  }
  return next();
};

/** The origin of the page that asks; null for our own pages and where no browser asks. */
export function pageOrigin(c: Context<AppEnv>): string | null {
  const { origin } = c.env.incoming.headers;
  return origin === undefined || origin === new URL(c.get("services").publicUrl).origin
    ? null
    : origin;
}

/**
 * Throws `origin_not_allowed` when a page is not among the allowed origins; an empty list allows
 * any.
 */
export function requireOrigin(origin: string | null, allowed: readonly string[]): void {
  if (origin !== null && allowed.length > 0 && !allowed.includes(origin)) throw originNotAllowed();
}
