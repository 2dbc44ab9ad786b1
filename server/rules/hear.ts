// What an ordinary message says about getting more of them, whatever rules there are: pure, and by
// the tables of server/rules/words/ alone.

import { coverage } from "./coverage.ts";
import { isReaction, looked, readable } from "./readable.ts";
import { type Kind, type Piece, piecesIn } from "./tables.ts";
import { clausesIn } from "./tokens.ts";
import { corrected, spelledOut } from "./typos.ts";

/**
 * `optOut`: it clearly says no. `likely`: a person should look. `none`: neither. `because` says
 * why, as the end of a sentence; `keywords` are the stop words that it consists of, folded.
 */
export type Heard = { verdict: "optOut" | "likely" | "none"; because: string; keywords: string[] };

const nothing: Heard = { verdict: "none", because: "", keywords: [] };

/** What the message says. */
export function hear(body: string): Heard {
  const text = readable(body);
  if (isReaction(text)) return nothing;
  const clauses = clausesIn(text);
  const heard = hearClauses(clauses);
  // What is cut off may say something else.
  if (heard.verdict === "optOut" && body.length > looked) return likely(heard.because);
  if (heard.verdict === "optOut") return heard;
  const whole = spelledOut(clauses);
  if (whole && hearClauses([[whole]]).verdict === "optOut") {
    return likely(`it spells out "${whole}"`);
  }
  if (heard.verdict === "likely") return heard;
  for (const { typed, meant, clauses: mended } of corrected(clauses)) {
    if (hearClauses(mended).verdict === "optOut") {
      return likely(`"${typed}" is one letter off "${meant}"`);
    }
  }
  return nothing;
}

function hearClauses(clauses: readonly string[][]): Heard {
  const heard = clauses.map(hearClause);
  const phrase = heard.find(({ says }) => says === "phrase");
  if (phrase) return { verdict: "optOut", because: phrase.because, keywords: [] };
  const words = heard.filter(({ says }) => says === "word");
  const strong = words.some(({ weak }) => !weak);
  const keywords = words.flatMap((clause) => clause.keywords);
  const [first] = words.filter(({ weak }) => !strong || !weak);
  // What else it says may be what the word is about, so that a person looks.
  const asides = strong ? ["polite", "filler"] : ["polite"];
  if (first && heard.every(({ says, rest }) => says === "word" || asides.includes(rest))) {
    return { verdict: "optOut", because: first.because, keywords };
  }
  if (first && strong) return likely(first.because);
  const maybe = heard.find(({ says }) => says === "likely");
  return maybe ? likely(maybe.because) : nothing;
}

type Clause = {
  /** A clear phrase, a word to stop, what needs a look, or nothing of these. */
  says: "phrase" | "word" | "likely" | null;
  because: string;
  keywords: string[];
  /** Only words that messages about other things consist of as well, such as `cancel`. */
  weak: boolean;
  /** What it consists of where it says nothing. */
  rest: "polite" | "filler" | "other";
};

const polite: ReadonlySet<Kind> = new Set(["polite", "start", "word", "weakWord"]);
const aside: ReadonlySet<Kind> = new Set([
  "polite",
  "filler",
  "start",
  "word",
  "optOut",
  "optOutWhole",
  "likely",
  "likelyWhole",
]);
const clear: ReadonlySet<Kind> = new Set(["optOut", "optOutWhole"]);
const unclear: ReadonlySet<Kind> = new Set(["likely", "likelyWhole"]);

/** A clause is clear where nothing but politeness and fillers stand beside what it says. */
function hearClause(tokens: readonly string[]): Clause {
  const pieces = piecesIn(tokens);
  const nay = pieces.filter(({ kind }) => kind === "negation");
  const meant = pieces.filter(({ start }) => !nay.some(({ end }) => end === start));
  const around = coverage(
    meant.filter(({ kind }) => aside.has(kind)),
    tokens.length,
  );
  const politely = coverage(
    meant.filter(({ kind }) => polite.has(kind)),
    tokens.length,
  );
  const text = ({ start, end }: Piece) => `it says "${join(tokens.slice(start, end))}"`;
  const longestFirst = [...meant].sort((one, other) => lengthOf(other) - lengthOf(one));
  const find = (kinds: ReadonlySet<Kind>, fits: (piece: Piece) => boolean) =>
    longestFirst.find((piece) => kinds.has(piece.kind) && fits(piece));
  const none = { keywords: [], weak: false, rest: "other" as const };

  const phrase = find(clear, around.both);
  if (phrase) return { ...none, says: "phrase", because: text(phrase) };
  const words = longestFirst.filter(
    (piece) =>
      (piece.kind === "word" && around.both(piece)) ||
      (piece.kind === "weakWord" && politely.both(piece)),
  );
  const [word] = words;
  if (word) {
    const keywords = [...new Set(words.map(({ keyword }) => keyword))];
    const weak = words.every(({ kind }) => kind === "weakWord");
    return { says: "word", because: text(word), keywords, weak, rest: "other" };
  }
  const maybe =
    find(unclear, around.both) ??
    find(new Set(["optOut"]), () => true) ??
    find(new Set(["likely"]), (piece) => around.left(piece) || around.right(piece));
  if (maybe) return { ...none, says: "likely", because: text(maybe) };
  return {
    ...none,
    says: null,
    because: "",
    rest: politely.whole ? "polite" : around.whole ? "filler" : "other",
  };
}

function likely(because: string): Heard {
  return { verdict: "likely", because, keywords: [] };
}

function lengthOf({ start, end }: Piece): number {
  return end - start;
}

/** Tokens as they are read: those of Chinese and Japanese without spaces. */
function join(tokens: readonly string[]): string {
  return tokens
    .join(" ")
    .replace(
      /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]) (?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー])/gu,
      "",
    );
}
