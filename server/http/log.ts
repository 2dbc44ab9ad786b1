// One line a request: its route's pattern, never a query, a token or an address.

import { randomUUID } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "./services.ts";

/** Logs each request when it has been answered, and gives it an id that the answer carries too. */
export const logRequests: MiddlewareHandler<AppEnv> = async (c, next) => {
  const start = performance.now();
  const id = c.env.requestId ?? randomUUID();
  c.set("requestId", id);
  c.env.outgoing.setHeader("X-Request-Id", id);
  await next();
  c.get("services").log.info({
    id,
    method: c.req.method,
    route: routePath(c, -1),
    status: c.res.status,
    ms: Math.round((performance.now() - start) * 10) / 10,
    key: c.get("grant")?.keyId,
  });
};
