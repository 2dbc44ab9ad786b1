// Routes that write for seconds do not hold the connections of those who write for an instant.

import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./services.ts";

/** Gives a route the pool for statements that may write for seconds or more. */
export const slowly: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set("sql", c.get("services").slowWrites);
  await next();
};
