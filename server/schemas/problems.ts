// The shape of every error: RFC 9457 problem details.

import * as v from "valibot";

/**
 * An error. `code` is stable; `issues` says where a body or query is wrong, `channels` why no
 * message may go out on each.
 */
export const problem = v.pipe(
  v.object({
    type: v.string(),
    title: v.string(),
    status: v.number(),
    detail: v.string(),
    code: v.string(),
    issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
    channels: v.optional(v.record(v.string(), v.string())),
  }),
  v.metadata({ ref: "Problem" }),
);
