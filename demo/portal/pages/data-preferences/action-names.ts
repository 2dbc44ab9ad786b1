// What rules do, in words.

import type { RuleAction } from "../../../../server/schemas/rules.ts";

/** What a rule does, in a badge. */
export const actionNames: Readonly<Record<RuleAction, { name: string; look: string }>> = {
  optIn: { name: "Opt in", look: "good" },
  optOut: { name: "Opt out", look: "bad" },
  reply: { name: "Reply", look: "" },
};
