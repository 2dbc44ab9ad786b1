// What a whole message may be: its words, politeness and repetition aside.

import { coverage } from "./coverage.ts";
import { foldAll, foldKeyword, keywordsIn, longestKeyword } from "./fold.ts";
import { looked, readable } from "./readable.ts";
import { piecesIn } from "./tables.ts";
import { token } from "./tokens.ts";

// A message of more words than these is one keyword or none.
const mostTokens = 12;
const mostOwnTokens = 6;
const longestSpan = 5;
// Much longer than any keyword with politeness around it.
const longestMessage = 300;

type Span = { start: number; end: number; keyword: string };

/** What the whole of a message may consist of. */
export type Whole = {
  /** The keywords that may be a part of it or all of it. */
  keywords: string[];
  /** Those of the keywords given that, with politeness, are all that the message says. */
  among(keywords: ReadonlySet<string>): ReadonlySet<string>;
};

/** The keywords that a whole message may consist of. */
export function wholeOf(message: string): Whole {
  const text = message.length > looked ? "" : readable(message).replaceAll(/\s+/g, " ");
  if (text.length > longestMessage) return none;
  const folded = foldAll(text);
  const found = Array.from(folded.matchAll(token), ({ 0: { length }, index }) => {
    return { from: index, to: index + length };
  });
  // Nothing but emoji or signs: one of them is all of them.
  if (found.length === 0) {
    const keywords = keywordsIn(text);
    return { keywords, among: (known) => new Set(keywords.filter((one) => known.has(one))) };
  }
  const tokens = found.map(({ from, to }) => folded.slice(from, to));
  const polite = piecesIn(tokens).filter(({ kind }) => kind === "polite");
  const spans = spansOf(tokens.length, polite).flatMap(({ start, end }) => {
    const words = folded.slice(found[start]?.from, found[end - 1]?.to);
    const plain = words.replaceAll(/[^\p{L}\p{N}\p{M}']+/gu, " ");
    const keywords = [...new Set([words, plain, foldKeyword(words)])];
    return keywords
      .filter((keyword) => keyword.length <= longestKeyword)
      .map((keyword) => ({ start, end, keyword }));
  });
  return {
    keywords: [...new Set(spans.map(({ keyword }) => keyword))],
    among(known) {
      const used = spans.filter(({ keyword }) => known.has(keyword));
      const pieces = [...polite, ...used].sort((one, other) => one.start - other.start);
      const { both } = coverage(pieces, tokens.length);
      return new Set(used.filter(both).map(({ keyword }) => keyword));
    },
  };
}

const none: Whole = { keywords: [], among: () => new Set() };

/** All of the message, all of it but politeness at its ends, and each part of a short one. */
function spansOf(
  length: number,
  polite: readonly { start: number; end: number }[],
): Omit<Span, "keyword">[] {
  const { left, right } = coverage(polite, length);
  const lefts = count(length, (start) => left({ start, end: start }));
  const rights = count(length, (end) => right({ start: end + 1, end: end + 1 })).map(
    (at) => at + 1,
  );
  const start = lefts.at(-1) ?? 0;
  const end = rights[0] ?? length;
  const covered = new Set(polite.flatMap((piece) => count(length, inside(piece))));
  const spans = [{ start: 0, end: length }, ...(start < end ? [{ start, end }] : [])];
  if (length > mostTokens || length - covered.size > mostOwnTokens) return spans;
  return [
    ...spans,
    ...count(length, () => true).flatMap((from) =>
      count(Math.min(longestSpan, length - from), () => true).map((more) => {
        return { start: from, end: from + more + 1 };
      }),
    ),
  ];
}

function inside({ start, end }: { start: number; end: number }) {
  return (at: number) => at >= start && at < end;
}

function count(length: number, fits: (at: number) => boolean): number[] {
  return Array.from({ length }, (_, at) => at).filter(fits);
}
