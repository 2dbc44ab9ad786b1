// Words to stop that were mistyped, or spelled out letter by letter.

import { foldKeyword } from "./fold.ts";
import { isKnown, tables } from "./tables.ts";

const targets = [...new Set(tables.flatMap(({ typos }) => typos.map(foldKeyword)))];
const ordinary = new Set(
  tables.flatMap(({ ordinary, start, polite }) =>
    [...ordinary, ...start, ...polite].map(foldKeyword),
  ),
);
const shortest = 4;
// A longer message says by its other words what it is about.
const longest = 8;

/** A message with one word mended. */
export type Corrected = { typed: string; meant: string; clauses: string[][] };

/** The message with each word in turn that is one letter off a word to stop. */
export function corrected(clauses: readonly string[][]): Corrected[] {
  if (clauses.flat().length > longest) return [];
  return clauses.flatMap((clause, at) =>
    clause.flatMap((typed, position) =>
      (mayBeTypo(typed) ? targets : [])
        .filter((meant) => isOneEditApart(typed, meant))
        .map((meant) => ({ typed, meant, clauses: replaced(clauses, { at, position, meant }) })),
    ),
  );
}

/** The word that single letters spell: `s t o p`, `S.T.O.P.` */
export function spelledOut(clauses: readonly string[][]): string | undefined {
  const tokens = clauses.flat();
  const letters = tokens.filter((token) => [...token].length === 1);
  const spelled = letters.length >= shortest && letters.length === tokens.length;
  return spelled ? tokens.join("") : undefined;
}

function mayBeTypo(typed: string): boolean {
  return typed.length >= shortest - 1 && !ordinary.has(typed) && !isKnown(typed);
}

/** One letter more, fewer or other, or two neighbours swapped. */
function isOneEditApart(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  if (one[0] !== other[0] && one.at(-1) !== other.at(-1)) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const rest = (text: string, from: number) => text.slice(from);
  const swapped =
    one[start] === other[start + 1] &&
    one[start + 1] === other[start] &&
    rest(one, start + 2) === rest(other, start + 2);
  return (
    swapped ||
    rest(one, start + 1) === rest(other, start + 1) ||
    rest(one, start) === rest(other, start + 1) ||
    rest(one, start + 1) === rest(other, start)
  );
}

function replaced(
  clauses: readonly string[][],
  { at, position, meant }: { at: number; position: number; meant: string },
): string[][] {
  return clauses.map((clause, index) => (index === at ? clause.with(position, meant) : clause));
}
