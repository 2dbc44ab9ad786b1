// Folding: one spelling for every way to write the same words, so that "ARRÊT!" and "arret" are one
// keyword.

import { asGreek, unmixScripts } from "./scripts.ts";

/** A keyword may have at most this many UTF-16 units when folded. */
export const longestKeyword = 100;

// A keyword stands at the beginning; what comes after this many UTF-16 units is never looked at.
const looked = 500;

/** Text of ASCII alone, which most messages are: nothing but its case needs folding. */
const plain = /^[\x20-\x7e]*$/;
const invisible =
  /(?!\p{White_Space})[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Emoji_Modifier}\u0640]/gu;
const enclosing = /\p{Me}/gu;
const looseMarks =
  /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{N}])\p{M}+/gu;
const apostrophes = /[\u2018\u2019\u201b\u02bc`]/g;
const spacesAndHyphens = /[\p{White_Space}\p{Pd}\u2212]+/gu;

const word =
  /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:'[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*|[\p{Extended_Pictographic}\p{Regional_Indicator}]/gu;
const emoji = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const withoutSpaces =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter("en", { granularity: "word" });

type Words = {
  text: string;
  /** Where the first word begins, and the first that is no emoji. */
  starts: number[];
  /** Where words end. */
  ends: number[];
};

/**
 * The beginning of a text, as it is compared: letters and digits in one spelling, spaces and
 * hyphens as one space.
 */
export function fold(text: string): string {
  return foldAll(text.slice(0, looked));
}

/** A whole text, as its beginning is compared. */
export function foldAll(text: string): string {
  if (plain.test(text)) {
    return text.toLowerCase().replace(apostrophes, "'").replace(spacesAndHyphens, " ");
  }
  const visible = text.normalize("NFKC").replace(invisible, "").replace(enclosing, "");
  const folded = foldCase(visible)
    .normalize("NFKD")
    .replace(looseMarks, "")
    .normalize("NFC")
    .replace(apostrophes, "'")
    .replace(spacesAndHyphens, " ");
  return unmixScripts(folded);
}

/** A keyword as messages are compared with it; empty where it has no letter, digit or emoji. */
export function foldKeyword(keyword: string): string {
  const { text, starts, ends } = findWords(fold(keyword));
  return text.slice(starts[0] ?? 0, ends.at(-1) ?? 0);
}

/**
 * Every keyword that a message begins with: the first word, the first two, and so on. Emoji before
 * them may be passed over.
 */
export function keywordsIn(message: string): string[] {
  const greek = asGreek(message.slice(0, looked));
  return [...new Set([message, ...(greek ? [greek] : [])].flatMap(beginningsOf))];
}

function beginningsOf(message: string): string[] {
  const { text, starts, ends } = findWords(fold(message));
  // The last word may go on where nobody looked.
  const whole = message.length > looked ? ends.slice(0, -1) : ends;
  return starts.flatMap((start) =>
    whole
      .filter((end) => end > start && end - start <= longestKeyword)
      .map((end) => text.slice(start, end)),
  );
}

/**
 * Full case folding. Lower, upper and lower again makes `ẞ` and `ß` both `ss`; no letter of any
 * language is kept apart only by its case, so Turkish `ı`, whose capital is `I`, becomes `i`.
 */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

function findWords(text: string): Words {
  const starts: number[] = [];
  const ends: number[] = [];
  let onlyEmoji = true;
  for (const { 0: found, index } of text.matchAll(word)) {
    const isEmoji = emoji.test(found);
    if (starts.length === 0 || (onlyEmoji && !isEmoji)) starts.push(index);
    onlyEmoji &&= isEmoji;
    if (withoutSpaces.test(found)) ends.push(...innerEnds(found).map((end) => index + end));
    else ends.push(index + found.length);
  }
  return { text, starts, ends };
}

/**
 * Where the words end of a text that has none of its own spaces; what is too far in to matter is
 * one word.
 */
function innerEnds(text: string): number[] {
  const near = text.slice(0, 2 * longestKeyword);
  const ends = Array.from(segmenter.segment(near))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index, segment }) => index + segment.length)
    .filter((end) => end < near.length);
  return [...ends, text.length];
}
