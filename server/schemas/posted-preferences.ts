// What is valid where the pages of signed links are posted without JavaScript.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { storable } from "./text.ts";

const list = v.pipe(
  v.optional(storable, ""),
  v.transform((names) => names.split(",").filter(Boolean)),
  v.array(channel),
);

/** The switches as they stand, those that were shown and those that were on when they were. */
export const postedPreferences = v.object({
  token: storable,
  shown: list,
  was: list,
  optIn: v.pipe(
    v.optional(v.union([v.array(channel), channel]), []),
    v.transform((ticked) => [ticked].flat()),
  ),
  do: v.optional(v.picklist(["save", "optOut", "copy", "forget"]), "save"),
});

/** One flag and why it changes; what is missing is told on the page. */
export const postedFlag = v.object({
  token: storable,
  channel,
  to: v.picklist(["in", "out"]),
  reason: v.optional(storable, ""),
});

export type PostedPreferences = v.InferOutput<typeof postedPreferences>;
