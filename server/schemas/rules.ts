// What is valid where keyword rules are made, tried and listed.

import * as v from "valibot";
import { channel } from "./channels.ts";
import { madeId, moment, optionalText, page, storable, text } from "./text.ts";

/** What a rule does with the sender of a message: opt in, opt out, or only reply. */
export const ruleAction = v.picklist(["optIn", "optOut", "reply"]);

/** The channels whose messages people answer with a word to stop. */
export const answeredChannel = v.picklist(["sms", "whatsApp", "rcs"]);

/** How many active rules opt out on each of these channels. */
export const optOutWords = v.object(v.entriesFromList(answeredChannel.options, v.number()));

/** The rules that match a message: by its beginning, all of it, or phrases in twelve languages. */
export const ruleMatch = v.picklist(["beginning", "whole", "meaning"]);

/**
 * What a message does: a rule's action, or `likely`: it may well be an opt-out, so that a person
 * should look.
 */
export const verdict = v.picklist(["optOut", "likely", "optIn", "reply", "none"]);

/** The address of ours that received the message; `*` is any. */
const inbound = text(200);

/** The text of a reply. */
const reply = optionalText(1600);

/** The body that makes or replaces a rule. */
export const ruleBody = v.pipe(
  v.strictObject({
    channel,
    inbound: v.optional(inbound, "*"),
    keyword: text(60),
    /** Absent: the beginning for a new rule, as it was for one that is replaced. */
    matches: v.optional(ruleMatch),
    action: ruleAction,
    reply: v.optional(reply, null),
    active: v.optional(v.boolean(), true),
  }),
  v.forward(
    v.partialCheck(
      [["action"], ["matches"]],
      ({ action, matches }) => matches !== "meaning" || action === "optOut",
      "Phrases only opt out.",
    ),
    ["matches"],
  ),
  v.forward(
    v.partialCheck(
      [["action"], ["reply"]],
      ({ action, reply }) => action !== "reply" || reply !== null,
      "A rule that only replies needs a reply.",
    ),
    ["reply"],
  ),
);

/** Another rule that some messages match too. */
export const ruleConflict = v.pipe(
  v.object({
    rule: madeId,
    kind: v.picklist(["neverWins", "opposite"]),
    detail: v.string(),
  }),
  v.metadata({
    ref: "RuleConflict",
    description:
      "`neverWins`: on the inbound address of the other rule, this one never acts. `opposite`: some messages match both, and one opts in where the other opts out.",
  }),
);

const matched = v.object({
  id: madeId,
  inbound: v.string(),
  keyword: v.string(),
  folded: v.string(),
  matches: ruleMatch,
  action: ruleAction,
  reply: v.nullable(v.string()),
});

/** The words that people use, ready made. */
export const presetName = v.picklist(["stop", "start", "help"]);

/** A rule; `folded` is what messages are compared with. */
export const rule = v.pipe(
  v.object({
    ...matched.entries,
    channel,
    active: v.boolean(),
    /** The preset that it came with. */
    preset: v.nullable(presetName),
    conflicts: v.array(ruleConflict),
    createdAt: moment,
    updatedAt: moment,
  }),
  v.metadata({ ref: "Rule" }),
);

/** The query that lists rules. */
export const ruleQuery = v.strictObject({ ...page, channel: v.optional(channel) });

/** The body that adds a preset's words to a channel; `help` needs the reply. */
export const presetBody = v.pipe(
  v.strictObject({
    channel,
    inbound: v.optional(inbound, "*"),
    preset: presetName,
    reply: v.optional(reply, null),
    /** Only these of its words. */
    keywords: v.optional(v.pipe(v.array(storable), v.maxLength(1000, "At most 1,000 words."))),
  }),
  v.forward(
    v.partialCheck(
      [["preset"], ["reply"]],
      ({ preset, reply }) => preset !== "help" || reply !== null,
      "The words for help need a reply.",
    ),
    ["reply"],
  ),
);

/** Where the rules of a preset are. */
export const presetPlace = v.strictObject({
  channel,
  inbound: v.optional(inbound, "*"),
  preset: presetName,
});

/** The body that changes the rules of a preset together. */
export const presetChange = v.strictObject({
  ...presetPlace.entries,
  active: v.optional(v.boolean()),
  reply: v.optional(reply),
});

/** What a preset added, and the words that were there already, with the rule that has them. */
export const presetAdded = v.object({
  added: v.array(rule),
  skipped: v.array(v.object({ keyword: v.string(), rule: madeId })),
});

/** What a key that may not read rules is told of a preset that it added. */
export const presetAddedBriefly = v.object({
  added: v.array(v.object({ id: madeId })),
  skipped: v.array(v.object({ keyword: v.string() })),
});

/** The message that rules are tried on. */
export const ruleTest = v.strictObject({
  channel,
  to: text(200),
  body: v.pipe(storable, v.maxLength(200_000, "At most 200,000 characters.")),
});

/**
 * Which rules match a message, the first one acts; `text` is the beginning of the message as it is
 * compared.
 */
export const ruleTested = v.object({
  text: v.string(),
  matches: v.array(matched),
  winner: v.nullable(matched),
  verdict,
  why: v.string(),
  likely: v.nullable(v.string()),
});

export type RuleAction = v.InferOutput<typeof ruleAction>;
export type RuleMatch = v.InferOutput<typeof ruleMatch>;
export type Verdict = v.InferOutput<typeof verdict>;
export type PresetPlace = v.InferOutput<typeof presetPlace>;
export type PresetChange = v.InferOutput<typeof presetChange>;
export type OptOutWords = v.InferOutput<typeof optOutWords>;
export type RuleBody = v.InferOutput<typeof ruleBody>;
export type RuleConflict = v.InferOutput<typeof ruleConflict>;
export type Rule = v.InferOutput<typeof rule>;
export type RuleQuery = v.InferOutput<typeof ruleQuery>;
export type PresetName = v.InferOutput<typeof presetName>;
export type PresetBody = v.InferOutput<typeof presetBody>;
export type PresetAdded = v.InferOutput<typeof presetAdded>;
export type RuleTest = v.InferOutput<typeof ruleTest>;
export type RuleTested = v.InferOutput<typeof ruleTested>;
