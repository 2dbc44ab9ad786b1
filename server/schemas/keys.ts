// What is valid where API keys are made and listed.

import * as v from "valibot";
import { moment, text } from "./text.ts";

/** What a key may be allowed to do; `admin` includes everything. */
export const scope = v.picklist([
  "profiles:read",
  "profiles:write",
  "defaults:write",
  "forms:read",
  "forms:write",
  "rules:read",
  "rules:write",
  "messages:read",
  "messages:send",
  "messages:receive",
  "admin",
]);

/** The body that makes a key. */
export const newKey = v.strictObject({
  name: text(100),
  scopes: v.pipe(
    v.array(scope),
    v.minLength(1, "Name at least one scope."),
    v.maxLength(scope.options.length),
  ),
});

/** A key without its text, which is kept nowhere. */
export const key = v.pipe(
  v.object({
    id: v.string(),
    name: v.string(),
    scopes: v.array(scope),
    createdAt: moment,
    lastUsedAt: v.nullable(moment),
    revokedAt: v.nullable(moment),
  }),
  v.metadata({ ref: "Key" }),
);

/** A key just made: the only time that its text is shown. */
export const madeKey = v.object({ ...key.entries, key: v.string() });

export type Scope = v.InferOutput<typeof scope>;
export type Key = v.InferOutput<typeof key>;
