// What the answer looks like where sample data was put in.

import * as v from "valibot";

/** How much was added. */
export const filled = v.object({
  profiles: v.number(),
  forms: v.number(),
  rules: v.number(),
  events: v.number(),
});

export type Filled = v.InferOutput<typeof filled>;
