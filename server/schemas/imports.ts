// What is valid where people are imported, and what an import answers.

import * as v from "valibot";
import { optIn, reason, refusalToSet, source } from "./flags.ts";
import { country } from "./forms.ts";
import { problem } from "./problems.ts";
import { newProfile } from "./profiles.ts";

/** How many rows one call takes. */
export const maxImportRows = 5_000;

/**
 * One person of an import: whoever has this id or one of these addresses, or somebody new. What is
 * not named stays as it is.
 */
export const importRow = v.strictObject({
  id: newProfile.entries.id,
  phoneNumber: newProfile.entries.phoneNumber,
  email: newProfile.entries.email,
  fbMessengerId: newProfile.entries.fbMessengerId,
  properties: newProfile.entries.properties,
  optIn: newProfile.entries.optIn,
  evidence: newProfile.entries.evidence,
});

/** The body of an import. Each row is judged by itself, so here it may be anything. */
export const importBody = v.strictObject({
  rows: v.pipe(
    v.array(v.unknown()),
    v.minLength(1, "At least one row."),
    v.maxLength(maxImportRows, "At most 5,000 rows in one call."),
  ),
  dryRun: v.optional(v.boolean(), false),
  /** Where phone numbers without a country's code are from. */
  defaultCountry: v.optional(v.nullable(country), null),
  reason: v.optional(reason),
});

/** What became of a row, or would become of it. */
export const importResult = v.pipe(
  v.object({
    index: v.number(),
    outcome: v.picklist(["created", "updated", "unchanged", "refused"]),
    /** Null where the row was refused, and in a dry run where the person is new. */
    profileId: v.nullable(v.string()),
    /** The flags that were set. */
    optIn: optIn,
    /**
     * The channels that stay opted out against the row's wish, and by what they had been opted out.
     */
    keptOut: v.record(v.string(), source),
    /** Why each of these stays opted out; absent where there is none. */
    refusals: v.optional(v.record(v.string(), refusalToSet)),
    /** Why a row was refused. */
    problem: v.optional(
      v.object({
        code: v.string(),
        detail: v.string(),
        issues: problem.entries.issues,
        /** Who has what the row names. */
        profileIds: v.optional(v.array(v.string())),
      }),
    ),
  }),
  v.metadata({ ref: "ImportResult" }),
);

/** What an import answers: how many rows came to what, and each row's result. */
export const imported = v.object({
  dryRun: v.boolean(),
  counts: v.object({
    created: v.number(),
    updated: v.number(),
    unchanged: v.number(),
    refused: v.number(),
    optedIn: v.number(),
    optedOut: v.number(),
    keptOut: v.number(),
  }),
  items: v.array(importResult),
});

/** The part of an import's answer that tells nothing about anybody. */
export const importedBriefly = v.object({
  dryRun: imported.entries.dryRun,
  counts: v.pick(imported.entries.counts, ["created", "updated", "unchanged", "refused"]),
  items: v.array(
    v.object({
      index: v.number(),
      outcome: importResult.pipe[0].entries.outcome,
      problem: v.optional(
        v.object({ code: v.string(), detail: v.string(), issues: problem.entries.issues }),
      ),
    }),
  ),
});

export type ImportRow = v.InferInput<typeof importRow>;
export type ImportBody = v.InferInput<typeof importBody>;
export type ImportResult = v.InferOutput<typeof importResult>;
export type Imported = v.InferOutput<typeof imported>;
