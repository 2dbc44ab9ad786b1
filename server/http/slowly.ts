// Routes that write or read for seconds do not hold the connections of those who take an instant.

import type { Context, MiddlewareHandler } from "hono";
import type { Sql } from "../database/connect.ts";
import type { AppEnv } from "./services.ts";

/** Gives a route the pool for statements that may write for seconds or more. */
export const slowly: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set("sql", c.get("services").slowWrites);
  await next();
};

/**
 * The pool for a list that grows with people. It is read along an index, unless `filters`, those
 * that no index serves, has one that is set: it may then be looked through from end to end.
 */
export function listPool(c: Context<AppEnv>, filters: readonly unknown[] = []): Sql {
  const { reads, slowReads } = c.get("services");
  return filters.some((filter) => filter !== undefined) ? slowReads : reads;
}
