// The words that people send to stop, to start and for help, ready made in twelve languages.

import type { PresetName, RuleAction, RuleMatch } from "../schemas/rules.ts";
import { foldKeyword } from "./fold.ts";
import { meaning } from "./match.ts";
import { type Table, tables } from "./tables.ts";

/** One rule of a preset; `reply` is what a new system answers to it. */
export type PresetWord = {
  keyword: string;
  folded: string;
  matches: RuleMatch;
  reply: string | null;
};

type Preset = { action: RuleAction; words: readonly PresetWord[] };

/** The name of the rule that hears what no single word says. */
const phrases = "Phrases such as “please stop texting me”";

/**
 * The words of the United States' rule on revoking consent (47 CFR 64.1200(a)(10)), of CTIA's
 * Messaging Principles, and of the common carriers, with those of other languages
 * (server/rules/words/). Words that ordinary messages begin with must be all that a message says.
 * `yes` and `no` answer many other questions: they are in none.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  stop: {
    action: "optOut",
    words: [
      ...wordsOf(({ words, beginnings, weakWords }) => [
        ...words.slice(0, 1).map((word) => [word, "whole"] as const),
        ...beginnings.map((word) => [word, "beginning"] as const),
        ...words.slice(1).map((word) => [word, "whole"] as const),
        ...weakWords.map((word) => [word, "whole"] as const),
      ]),
      { keyword: phrases, folded: meaning, matches: "meaning", reply: null },
    ],
  },
  start: { action: "optIn", words: wordsOf(({ start }) => whole(start)) },
  help: { action: "reply", words: wordsOf(({ help }) => whole(help)) },
};

function whole(words: readonly string[]) {
  return words.map((word) => [word, "whole"] as const);
}

/** Each word once, of whichever language has it first. */
function wordsOf(pick: (table: Table) => (readonly [string, RuleMatch])[]): PresetWord[] {
  const all = tables.flatMap((table) =>
    pick(table).map(([keyword, matches]) => {
      return { keyword, folded: foldKeyword(keyword), matches, reply: table.helpReply };
    }),
  );
  return [...new Map([...all].reverse().map((word) => [word.folded, word])).values()].reverse();
}
