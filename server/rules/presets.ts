// The words that people send to stop, to start and for help, ready made.

import type { PresetName, RuleAction } from "../schemas/rules.ts";

type Preset = { action: RuleAction; keywords: readonly string[] };

/**
 * The words of the United States' rule on revoking consent (47 CFR 64.1200(a)(10)), of CTIA's
 * Messaging Principles, and of the common carriers, with the French word that carriers in Canada
 * ask for. `yes` and `no` answer many other questions: they are in none.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  stop: {
    action: "optOut",
    keywords: [
      "stop",
      "stopall",
      "stop all",
      "unsubscribe",
      "end",
      "quit",
      "cancel",
      "revoke",
      "optout",
      "opt out",
      "opt-out",
      "arret",
      "arrêt",
    ],
  },
  start: { action: "optIn", keywords: ["start", "unstop", "resubscribe", "join"] },
  help: { action: "reply", keywords: ["help", "info"] },
};
