// What is valid where one looks at what forms held back, and lets it through.

import * as v from "valibot";
import { moment, storable } from "./text.ts";

/** Why a form sent nothing, or refused a number. */
export const heldBackReason = v.picklist([
  "number_type",
  "country_not_served",
  "country_budget",
  "prefix_budget",
  "unconfirmed",
]);

const key = {
  reason: heldBackReason,
  /** The form's id; empty for a budget, which is over all forms. */
  form: storable,
  /** ISO 3166-1. */
  country: storable,
  /** What the numbers begin with, such as +2637712; empty where that does not matter. */
  prefix: storable,
};

/** What names one kind of what was held back. */
export const heldBackKey = v.strictObject(key);

/** What was held back: `times` since `since`; `description` is the form's. */
export const heldBack = v.pipe(
  v.object({
    ...key,
    description: v.nullable(v.string()),
    times: v.number(),
    since: moment,
    lastAt: moment,
  }),
  v.metadata({ ref: "HeldBack" }),
);

export type HeldBackKey = v.InferOutput<typeof heldBackKey>;
export type HeldBack = v.InferOutput<typeof heldBack>;
