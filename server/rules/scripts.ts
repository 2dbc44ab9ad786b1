// Letters of one script that stand for those of another. The GSM alphabet has only those Greek
// capitals that no Latin one looks like, so phones send ΣΤΟΠ with a Latin T and O.

const latin = "abezhikmnoptyx";
const greek = "αβεζηικμνορτυχ";
const latinOfCyrillic = "abcehijkmoptxys";
const cyrillic = "авсеніјкмортхуѕ";

const toGreek = pairs(latin, greek);
const toCyrillic = pairs(latinOfCyrillic, cyrillic);
const toLatin = new Map([...swapped(toGreek), ...swapped(toCyrillic)]);

const isLatin = /\p{Script=Latin}/u;
const isGreek = /\p{Script=Greek}/u;
const isOther = /[\p{Script=Greek}\p{Script=Cyrillic}]/u;
const word = /[\p{L}\p{M}\p{N}]+/gu;
const latinLetters = /\p{Script=Latin}/gu;
const otherLetters = /[\p{Script=Greek}\p{Script=Cyrillic}]/gu;
const likeGreek =
  /(?<![\p{L}\p{N}])[ABEZHIKMNOPTYXΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]*[ABEZHIKMNOPTYX][ABEZHIKMNOPTYXΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]*(?![\p{L}\p{N}])/gu;

/** A folded text with each word in one script, where its other letters look like those of it. */
export function unmixScripts(text: string): string {
  if (!isOther.test(text) || !isLatin.test(text)) return text;
  return text.replace(word, (mixed) => {
    if (!isLatin.test(mixed) || !isOther.test(mixed)) return mixed;
    return (
      exchange(mixed, otherLetters, toLatin) ??
      exchange(mixed, latinLetters, isGreek.test(mixed) ? toGreek : toCyrillic) ??
      mixed
    );
  });
}

/** A text whose words of capitals may be meant as Greek ones, so; undefined where none may be. */
export function asGreek(text: string): string | undefined {
  const replaced = text.replace(
    likeGreek,
    (found) => exchange(found.toLowerCase(), latinLetters, toGreek) ?? found,
  );
  return replaced === text ? undefined : replaced;
}

/** Undefined where one of the letters looks like none of the other script. */
function exchange(
  text: string,
  letters: RegExp,
  others: ReadonlyMap<string, string>,
): string | undefined {
  const found = text.match(letters) ?? [];
  if (!found.every((letter) => others.has(letter))) return undefined;
  return text.replace(letters, (letter) => others.get(letter) ?? letter);
}

function pairs(from: string, to: string): ReadonlyMap<string, string> {
  const others = [...to];
  return new Map([...from].map((letter, index) => [letter, others[index] as string]));
}

function swapped(letters: ReadonlyMap<string, string>): [string, string][] {
  return Array.from(letters, ([one, other]) => [other, one]);
}
