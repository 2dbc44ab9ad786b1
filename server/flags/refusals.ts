// Wishes to set a flag that are not followed, and the problem that says so.

import * as v from "valibot";
import { Problem } from "../errors.ts";
import { type OptIn, type RefusalToSet, refusalToSet, type Source } from "../schemas/flags.ts";

/** A flag after a wish: `refusal` is why that was not followed. */
export type AnsweredFlag = {
  channel: string;
  optedIn: boolean;
  source: Source;
  /** When the person acted. */
  actedAt: string;
  refusal: RefusalToSet | null;
};

/**
 * The channels that stay opted out against the wish, and why; undefined where there are none.
 * Throws `person_opted_out` where that is for want of evidence, unless `lenient`.
 */
export function keptOutOf(
  flags: AnsweredFlag[],
  { optIn, lenient }: { optIn: OptIn; lenient: boolean },
): Record<string, RefusalToSet> | undefined {
  const wished: Record<string, boolean | undefined> = optIn;
  const refused = flags.flatMap((flag) => {
    const refusal = v.parse(v.nullable(refusalToSet), flag.refusal);
    if (refusal === null || refusal === "already_so" || !wished[flag.channel]) return [];
    return [{ ...flag, refusal }];
  });
  const unproven = refused.filter(({ refusal }) => refusal !== "older_than_opt_out");
  if (unproven.length > 0 && !lenient) throw personOptedOut(unproven);
  if (refused.length === 0) return undefined;
  return Object.fromEntries(refused.map(({ channel, refusal }) => [channel, refusal]));
}

function personOptedOut(refused: (AnsweredFlag & { refusal: RefusalToSet })[]): Problem {
  const detail =
    "The person opted out, and only a newer word of theirs lifts that: send evidence with a " +
    "collectedAt after the opt-out. Nothing was opted in; what the call opts out is out.";
  return new Problem("person_opted_out", detail, {
    issues: refused.map(({ channel, source, actedAt, refusal }) => ({
      path: "evidence.collectedAt",
      message:
        `${channel}: opted out ${ways[source] ?? `by ${source}`} at ${actedAt}. ` +
        `What lifts it: evidence of a later yes, with collectedAt, or ${ownActs(refusal)}.`,
    })),
    channels: Object.fromEntries(refused.map(({ channel, refusal }) => [channel, refusal])),
  });
}

const ways: Partial<Record<Source, string>> = {
  rule: "by a message of the person",
  preferences: "in the person's preferences",
  unsubscribe: "by the link in a mail",
  carrier: "at the carrier",
  forgotten: "by the person's wish to be forgotten",
};

function ownActs(refusal: RefusalToSet): string {
  return refusal === "person_opted_out"
    ? "the person's own message, form or preferences"
    : "the person's own message";
}
