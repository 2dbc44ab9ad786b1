// What an answer to a write shows: no more than the key may read.

import type { Context } from "hono";
import * as v from "valibot";
import type { Problem } from "../errors.ts";
import type { Scope } from "../schemas/keys.ts";
import { hasScope } from "./describe.ts";
import type { AppEnv } from "./services.ts";

/** An answer that is whole for a key with `scope`, and `brief` for every other one. */
export function readable<Whole>(
  scope: Scope,
  whole: v.GenericSchema<unknown, Whole>,
  brief: v.GenericSchema,
) {
  return {
    /** What either answer looks like. */
    schema: v.union([whole, brief]),
    /** The part of the answer that the caller may read; typed as the whole one, for the portal. */
    for: (c: Context<AppEnv>, answer: Whole): Whole =>
      hasScope(c, scope) ? answer : (v.parse(brief, answer) as Whole),
  };
}

/** An answer of which a key without the scope to read gets the id alone. */
export function readableById<Whole extends { id: string }>(
  scope: Scope,
  whole: v.GenericSchema<unknown, Whole>,
) {
  return readable(scope, whole, v.object({ id: v.string() }));
}

/**
 * The issues of a problem and its channels, without the id of whoever stands in the way, or how and
 * when a person opted out, where none may be read.
 */
export function readableProblem(
  c: Context<AppEnv>,
  { code, issues, channels }: Problem,
): Pick<Problem, "issues" | "channels"> {
  const scope = tellsOf[code];
  if (scope === undefined || c.get("grant") === undefined || hasScope(c, scope))
    return { issues, channels };
  const message = code === "person_opted_out" ? "The person opted out." : "This is taken.";
  return { issues: issues?.map(({ path }) => ({ path, message })), channels: undefined };
}

/** The problems whose issues tell of somebody or something, and the scope that reads it. */
const tellsOf: Partial<Record<Problem["code"], Scope>> = {
  address_in_use: "profiles:read",
  id_in_use: "profiles:read",
  two_profiles: "profiles:read",
  person_opted_out: "profiles:read",
  rule_exists: "rules:read",
};
