// What comes in is checked here, once, and described for the OpenAPI document in the same breath.

import { parse } from "node:querystring";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { uniqueSymbol, validator } from "hono-openapi";
import * as v from "valibot";
import { asProblem, type Issue, invalid, Problem } from "../errors.ts";

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
    if (!result.success) throw refusal(target, result.issues);
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
  // The library's own validator takes the longer way; it is here for the types and the OpenAPI document.
  const described = validator(target, schema);
  return Object.assign(check, {
    [uniqueSymbol]: Reflect.get(described, uniqueSymbol),
  }) as typeof described;
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
    return c.req.json().catch(notReadable);
  },
  form: (c: Context) => c.req.parseBody({ all: true }).catch(notReadable),
};

function notReadable(): never {
  throw asProblem({ status: 400 });
}

function refusal(target: string, issues: v.BaseIssue<unknown>[]): Problem {
  if (target === "param") return new Problem("not_found", "There is nothing with this id.");
  return new Problem("invalid", "The request is not valid; issues says where.", {
    issues: issues.map(toIssue),
  });
}

function toIssue(issue: v.BaseIssue<unknown>): Issue {
  return { path: v.getDotPath(issue) ?? "", message: issue.message };
}
