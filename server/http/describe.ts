// A route's description: its scope, which it enforces, and its part of the OpenAPI document.

import type { MiddlewareHandler } from "hono";
import { type DescribeRouteOptions, resolver, uniqueSymbol } from "hono-openapi";
import type { GenericSchema } from "valibot";
import { type ErrorCode, Problem, statusOf } from "../errors.ts";
import type { Scope } from "../schemas/keys.ts";
import { problem } from "../schemas/problems.ts";
import type { AppEnv } from "./services.ts";
import { refuseUnknownQuery } from "./validate.ts";

/** `public` is for strangers' browsers; everything else needs a key with the scope, or `admin`. */
export type RouteScope = Scope | "public";

/** Marks the middleware of a route with its scope, for the test that walks all routes. */
export const scopeSymbol = Symbol("scope");

type Description = {
  scope: RouteScope;
  tag: string;
  summary: string;
  description?: string;
  /** The good answers by status: a schema, or null for an answer without a body. */
  answers: Record<number, GenericSchema | null>;
  /** What the good answers are written in. */
  answerType?: string;
  problems?: ErrorCode[];
};

/**
 * The first middleware of every route. Throws `forbidden` where the key lacks the scope, `invalid`
 * for a query where none is taken.
 */
export function describe(route: Description): MiddlewareHandler<AppEnv> {
  const { scope } = route;
  const check: MiddlewareHandler<AppEnv> = (c, next) => {
    if (scope !== "public") {
      const { scopes } = c.get("grant");
      if (!scopes.includes(scope) && !scopes.includes("admin")) {
        throw new Problem("forbidden", `This key lacks the scope ${scope}.`);
      }
    }
    refuseUnknownQuery(c);
    return next();
  };
  return Object.assign(check, { [uniqueSymbol]: { spec: openApi(route) }, [scopeSymbol]: scope });
}

function openApi({
  scope,
  tag,
  summary,
  description = "",
  answers,
  answerType = "application/json",
  problems = [],
}: Description): DescribeRouteOptions {
  const guarded: ErrorCode[] = scope === "public" ? [] : ["unauthorized", "forbidden"];
  const responses: NonNullable<DescribeRouteOptions["responses"]> = {};
  for (const [status, schema] of Object.entries(answers)) {
    responses[status] = schema
      ? { description: "Done.", content: { [answerType]: { schema: resolver(schema) } } }
      : { description: "Done." };
  }
  for (const code of [...guarded, ...problems]) {
    const status = String(statusOf(code));
    const before = responses[status];
    const codes =
      before && "description" in before ? `${before.description}, \`${code}\`` : `\`${code}\``;
    responses[status] = {
      description: codes,
      content: { "application/problem+json": { schema: resolver(problem) } },
    };
  }
  if (scope !== "public") {
    responses.default = {
      description: "Any other problem.",
      content: { "application/problem+json": { schema: resolver(problem) } },
    };
  }
  return {
    tags: [tag],
    summary,
    description: scope === "public" ? description : `${description}\n\nScope: \`${scope}\`.`.trim(),
    security: scope === "public" ? [] : [{ bearer: [] }, { basic: [] }],
    responses,
  };
}
