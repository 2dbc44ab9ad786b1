// A route's description: its scope, which it enforces, and its part of the OpenAPI document.

import type { Context, MiddlewareHandler } from "hono";
import { type DescribeRouteOptions, resolver, uniqueSymbol } from "hono-openapi";
import type { GenericSchema } from "valibot";
import { type ErrorCode, Problem, statusOf } from "../errors.ts";
import type { Scope } from "../schemas/keys.ts";
import { problem } from "../schemas/problems.ts";
import type { AppEnv } from "./services.ts";
import { refuseUnknownQuery } from "./validate.ts";

/**
 * `public` is for strangers' browsers; everything else needs a key with the scope (every one of a
 * list), or `admin`.
 */
export type RouteScope = Scope | readonly Scope[] | "public";

/** Marks the middleware of a route with its scopes, for the test that walks all routes. */
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
  const scopes = scopesOf(route.scope);
  const check: MiddlewareHandler<AppEnv> = (c, next) => {
    for (const scope of scopes) requireScope(c, scope);
    refuseUnknownQuery(c);
    return next();
  };
  return Object.assign(check, { [uniqueSymbol]: { spec: openApi(route) }, [scopeSymbol]: scopes });
}

/** Whether the caller has a scope, or `admin`. */
export function hasScope(c: Context<AppEnv>, scope: Scope): boolean {
  const { scopes } = c.get("grant");
  return scopes.includes(scope) || scopes.includes("admin");
}

/** Throws `forbidden` unless the caller has a scope, or `admin`. */
export function requireScope(c: Context<AppEnv>, scope: Scope): void {
  if (hasScope(c, scope)) return;
  throw new Problem("forbidden", `This key lacks the scope ${scope}.`);
}

function scopesOf(scope: RouteScope): readonly Scope[] {
  if (scope === "public") return [];
  return typeof scope === "string" ? [scope] : scope;
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
    description: `${description}${needs(scope)}`.trim(),
    security: scope === "public" ? [] : [{ bearer: [] }, { basic: [] }],
    responses,
  };
}

function needs(scope: RouteScope): string {
  const names = scopesOf(scope).map((one) => `\`${one}\``);
  return names.length > 0 ? `\n\nScope: ${names.join(" and ")}.` : "";
}
