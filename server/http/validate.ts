// Requests are validated here, once, and described for the OpenAPI document at the same time.

import { parse } from "node:querystring";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes, routePath } from "hono/route";
import { uniqueSymbol, validator } from "hono-openapi";
import * as v from "valibot";
import { asProblem, type Issue, invalid, Problem } from "../errors.ts";
import type { AppEnv } from "./services.ts";

const notValid = "The request is not valid; issues says where.";

// valibot's own messages repeat what was sent; these never do.
v.setGlobalMessage((issue) => {
  if (issue.type === "strict_object" && issue.expected === "never")
    return "There is no such field.";
  if (issue.received === "undefined") return "This is required.";
  if (issue.type === "max_length") return `At most ${String(issue.requirement)} characters.`;
  if (/^(min|max)_value$/.test(issue.type)) {
    return `At ${issue.type === "min_value" ? "least" : "most"} ${String(issue.requirement)}.`;
  }
  return issue.expected ? `Expected ${issue.expected}.` : "This is not valid.";
});

/** Checks one part of a request against a schema. Throws `invalid`; for a path, `not_found`. */
export function valid<Schema extends v.GenericSchema, Target extends keyof typeof readers>(
  target: Target,
  schema: Schema,
) {
  const read: (c: Context) => unknown = readers[target];
  const accept = (c: Context, value: unknown) => {
    const result = v.safeParse(schema, value);
    // To valibot an array is an object without fields.
    if (schema.type === "strict_object" && Array.isArray(value))
      throw invalid("", "Expected an object.");
    if (!result.success) throw refusal(c, target, result.issues);
    c.req.addValidatedData(target, result.output as never);
  };
  const check: MiddlewareHandler = (c, next) => {
    const value = read(c);
    if (!(value instanceof Promise)) {
      accept(c, value);
      return next();
    }
    return value.then((body) => {
      accept(c, body);
      return next();
    });
  };
  // The library's own validator is slower; it is here for the types and the OpenAPI document.
  const described = validator(target, schema);
  return Object.assign(check, {
    [uniqueSymbol]: Reflect.get(described, uniqueSymbol),
  }) as typeof described;
}

/**
 * The addresses that only programs written for this API call: they are told what they misspell.
 * Everywhere else a query may hold what others put there, which is ignored: a campaign's
 * `utm_source` on a page or a link in a message, `v` on a file, what an operator wrote into a
 * webhook's address. Nobody's opt-out may fail by that.
 */
const forPrograms = /^\/(v1|session)(\/|$)/;

/**
 * Refuses every query parameter on a route that takes none and is for programs; one that takes some
 * refuses the others by its schema. Throws `invalid`.
 */
export function refuseUnknownQuery(c: Context): void {
  const { url = "" } = (c.env as HttpBindings).incoming;
  if (!url.includes("?") || !forPrograms.test(c.req.path) || takesQuery(c)) return;
  const message = noParameter(c);
  const issues = Object.keys(readers.query(c)).map((path) => ({ path, message }));
  if (issues.length > 0) throw new Problem("invalid", notValid, { issues });
}

/** Whether the route that is at work has a schema for its query. */
function takesQuery(c: Context): boolean {
  const path = routePath(c);
  return matchedRoutes(c).some(
    (route) => route.path === path && Reflect.get(route.handler, uniqueSymbol)?.target === "query",
  );
}

/** Where each part of a request is. A field that comes twice is a list. */
const readers = {
  param: (c: Context) => c.req.param(),
  query: (c: Context) => {
    const url = (c.env as HttpBindings).incoming.url ?? "";
    // A second question mark is part of a value.
    const at = url.indexOf("?");
    return parse(at < 0 ? "" : url.slice(at + 1));
  },
  json: (c: Context) => {
    const { headers } = (c.env as HttpBindings).incoming;
    if (!/^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
      throw new Problem(
        "unsupported_media_type",
        "Send JSON, with the header Content-Type: application/json.",
      );
    }
    // A text of 64 MB is kept beside what was read from it only where `idempotent` hashes it.
    const forget = () => {
      if (c.req.header("Idempotency-Key") === undefined) c.req.bodyCache = {};
    };
    return c.req.json().catch(notReadable).finally(forget);
  },
  form: (c: Context) => c.req.parseBody({ all: true }).catch(notReadable),
};

function notReadable(): never {
  throw asProblem({ status: 400 });
}

function noParameter(c: Context<AppEnv>): string {
  const where = (c.get("services").docs ?? true) ? " /docs lists what each route takes." : "";
  return `There is no such query parameter here.${where}`;
}

function refusal(c: Context, target: string, issues: v.BaseIssue<unknown>[]): Problem {
  if (target === "param") return new Problem("not_found", "There is nothing with this id.");
  return new Problem("invalid", notValid, {
    issues: issues.map((issue) => toIssue(c, target, issue)),
  });
}

function toIssue(c: Context, target: string, issue: v.BaseIssue<unknown>): Issue {
  const unknown = issue.type === "strict_object" && issue.expected === "never";
  const message = target === "query" && unknown ? noParameter(c) : issue.message;
  return { path: v.getDotPath(issue) ?? "", message };
}
