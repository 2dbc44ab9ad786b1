// What comes in is checked here, once, and described for the OpenAPI document in the same breath.

import type { Context, Env, MiddlewareHandler, Next, ValidationTargets } from "hono";
import { uniqueSymbol, validator } from "hono-openapi";
import * as v from "valibot";
import { type Issue, invalid, Problem } from "./errors.ts";

// valibot's own messages repeat what was sent; these never do.
v.setGlobalMessage((issue) => {
  if (issue.type === "strict_object" && issue.expected === "never") return "There is no such field.";
  if (issue.received === "undefined") return "This is required.";
  return issue.expected ? `Expected ${issue.expected}.` : "This is not valid.";
});

/** Checks one part of a request against a schema. Throws `invalid`; for a path, `not_found`. */
export function valid<Schema extends v.GenericSchema, Target extends keyof ValidationTargets>(
  target: Target,
  schema: Schema,
) {
  const check = validator(target, schema, async (result, c) => {
    // To valibot an array is an object without fields.
    const isList = target === "json" && schema.type === "strict_object" && Array.isArray(await c.req.json());
    if (isList) throw invalid("", "Expected an object.");
    if (result.success) return;
    if (target === "param") throw new Problem("not_found", "There is nothing with this id.");
    throw new Problem("invalid", "The request is not valid; issues says where.", {
      issues: result.error.map(toIssue),
    });
  });
  if (target !== "json") return check;
  const checkJson = (c: Context, next: Next) => {
    if (!/^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
      throw new Problem(
        "unsupported_media_type",
        "Send JSON, with the header Content-Type: application/json.",
      );
    }
    return (check as MiddlewareHandler<Env>)(c, next);
  };
  return Object.assign(checkJson, { [uniqueSymbol]: Reflect.get(check, uniqueSymbol) }) as typeof check;
}

type StandardIssue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined };

function toIssue({ message, path = [] }: StandardIssue): Issue {
  const keys = path.map((step) => String(typeof step === "object" ? step.key : step));
  return { path: keys.join("."), message };
}
