// A message as its readable parts, and these as tokens: words, or single characters where a script
// has no spaces.

import { foldAll } from "./fold.ts";

/** One word, or one character of a script that has no spaces. */
export const token =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+/gu;
// What separates clauses. An apostrophe only ends a word.
const clauseEnds = /[^\p{L}\p{N}\p{M}\s'&+]+/u;

/** The tokens of a text, folded. */
export function tokensIn(text: string): string[] {
  return foldAll(text).match(token) ?? [];
}

/** The clauses of a text, each as its tokens: what punctuation, emoji and new lines separate. */
export function clausesIn(text: string): string[][] {
  return foldAll(text.replaceAll(/\r\n?|\n/g, " . "))
    .split(clauseEnds)
    .map((clause) => clause.match(token) ?? [])
    .filter((tokens) => tokens.length > 0);
}
