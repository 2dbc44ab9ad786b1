// Who calls: an API key, as Bearer or as the user name of HTTP Basic; without one, the portal's
// session.

import type { MiddlewareHandler } from "hono";
import { keyFinder } from "../access/keys.ts";
import type { Sql } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import type { AppEnv } from "./services.ts";
import { takeSession } from "./session.ts";

/**
 * Lets a request on only with a key that is known and not revoked, or a session. Throws
 * `unauthorized`, `origin_not_allowed`.
 */
export function authenticate(pools: { sql: Sql; reads: Sql }): MiddlewareHandler<AppEnv> {
  const findKey = keyFinder(pools);
  return async (c, next) => {
    // Answers contain addresses.
    c.env.outgoing.setHeader("Cache-Control", "no-store");
    const { authorization } = c.env.incoming.headers;
    const session = authorization === undefined ? await takeSession(c) : undefined;
    if (session !== undefined) {
      c.set("grant", { keyId: `session ${session}`, scopes: ["admin"] });
      c.set("caller", { source: "portal", actor: { session } });
      return next();
    }
    const text = keyIn(authorization);
    const grant = text === undefined ? undefined : await findKey(text);
    if (!grant) {
      throw new Problem(
        "unauthorized",
        "Send a valid API key, with the header Authorization: Bearer KEY.",
      );
    }
    c.set("grant", grant);
    c.set("caller", { source: "api", actor: { key: grant.keyId } });
    await next();
  };
}

function keyIn(header: string | undefined): string | undefined {
  const [, scheme, credentials] = /^(bearer|basic) +(\S+)$/i.exec(header ?? "") ?? [];
  if (!scheme || !credentials) return undefined;
  if (scheme.toLowerCase() === "bearer") return credentials;
  return Buffer.from(credentials, "base64").toString().split(":")[0];
}
