// The words and phrases by which people say no, in twelve languages, ready for hear.ts. The tables
// are data: server/rules/words/.

import { foldKeyword } from "./fold.ts";
import { type Groups, Patterns } from "./pattern.ts";
import ar from "./words/ar.json" with { type: "json" };
import de from "./words/de.json" with { type: "json" };
import en from "./words/en.json" with { type: "json" };
import es from "./words/es.json" with { type: "json" };
import fr from "./words/fr.json" with { type: "json" };
import it from "./words/it.json" with { type: "json" };
import ja from "./words/ja.json" with { type: "json" };
import nl from "./words/nl.json" with { type: "json" };
import pl from "./words/pl.json" with { type: "json" };
import pt from "./words/pt.json" with { type: "json" };
import uk from "./words/uk.json" with { type: "json" };
import zh from "./words/zh.json" with { type: "json" };

/** What one language has to say; `server/rules/words/README.md` says what each list is for. */
export type Table = {
  words: readonly string[];
  beginnings: readonly string[];
  weakWords: readonly string[];
  start: readonly string[];
  help: readonly string[];
  helpReply: string;
  polite: readonly string[];
  filler: readonly string[];
  negations: readonly string[];
  groups: Groups;
  optOut: readonly string[];
  optOutWhole: readonly string[];
  likely: readonly string[];
  likelyWhole: readonly string[];
  ordinary: readonly string[];
  typos: readonly string[];
  signatures: readonly string[];
  reactions: readonly string[];
};

/** Every language's table, in the order in which presets list their words. */
export const tables: readonly Table[] = [en, es, fr, de, pt, it, nl, pl, uk, ar, ja, zh];

/** What a piece of a message is. */
export type Kind =
  | "word"
  | "weakWord"
  | "start"
  | "polite"
  | "filler"
  | "negation"
  | "optOut"
  | "optOutWhole"
  | "likely"
  | "likelyWhole";

/** A piece of a message: its tokens from `start` to before `end`; `keyword` of a word, folded. */
export type Piece = { kind: Kind; start: number; end: number; keyword: string };

type Meaning = { kind: Kind; keyword: string };

const patterns = new Patterns<Meaning>();

for (const table of tables) {
  addWords("word", [...table.words, ...table.beginnings]);
  addWords("weakWord", table.weakWords);
  addWords("start", table.start);
  addWords("polite", table.polite);
  addWords("filler", table.filler);
  addWords("negation", table.negations);
  for (const kind of ["optOut", "optOutWhole", "likely", "likelyWhole"] as const) {
    for (const pattern of table[kind]) patterns.add(pattern, { kind, keyword: "" }, table.groups);
  }
}

/** Whether a word or pattern of the tables begins with the token: it is no typo of another. */
export function isKnown(token: string): boolean {
  return patterns.beginsWith(token);
}

/** Everything of the tables that stands in a clause, in the order in which it begins. */
export function piecesIn(tokens: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < tokens.length; start++) {
    patterns.match(tokens, start, (meaning, end) => pieces.push({ ...meaning, start, end }));
  }
  return pieces;
}

function addWords(kind: Kind, words: readonly string[]) {
  for (const word of words) patterns.add(word, { kind, keyword: foldKeyword(word) });
}
