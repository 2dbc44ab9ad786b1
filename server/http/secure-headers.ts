// The headers of every answer that tell a browser what not to do with it.

import type { MiddlewareHandler } from "hono";
import type { AppEnv, Services } from "./services.ts";

const year = 365 * 24 * 3600;

/**
 * Has browsers take each answer for what it says it is and, where PUBLIC_URL is https, come by
 * https alone for a year.
 */
export function secureHeaders({ publicUrl }: Services): MiddlewareHandler<AppEnv> {
  const isSecure = publicUrl.startsWith("https:");
  return (c, next) => {
    const { outgoing } = c.env;
    outgoing.setHeader("X-Content-Type-Options", "nosniff");
    // For this host alone: what other hosts of the domain do is not ours to say.
    if (isSecure) outgoing.setHeader("Strict-Transport-Security", `max-age=${year}`);
    return next();
  };
}
