// Patterns of words, as the tables of server/rules/words/ write them, such as
// `(stop|quit) texting {ME}?`, and a matcher that looks for all of them at once.

import { tokensIn } from "./tokens.ts";

/** The words that `{NAME}` stands for, as a pattern. */
export type Groups = Readonly<Record<string, string>>;

/** A place in a pattern: where each token leads to. `found` is what ends here. */
type Place<Meaning> = {
  ways: Map<string, Place<Meaning>[]>;
  skips: Place<Meaning>[];
  found: Meaning[];
};

/** All places that the tokens read so far may have led to, and what each next token makes of it. */
type State<Meaning> = { found: Meaning[]; ways: Map<string, Place<Meaning>[] | State<Meaning>> };

/**
 * Looks for many patterns at once. A pattern is words in order, `(a|b c)` for either, `{NAME}` for
 * a group, `?` behind one of these for what may be missing.
 */
export class Patterns<Meaning> {
  readonly #start: Place<Meaning> = place();
  #first: State<Meaning> | undefined;

  /** Throws where a parenthesis or a group does not exist, or the pattern may match nothing. */
  add(pattern: string, meaning: Meaning, groups: Groups = {}): void {
    const begin = skip(this.#start);
    const end = read(pattern, groups, begin);
    end.found.push(meaning);
    if (withSkips([begin]).has(end)) throw new Error(`This matches nothing: ${pattern}`);
    this.#first = undefined;
  }

  /** Whether a match may begin with the token. */
  beginsWith(token: string): boolean {
    return this.#begin().ways.has(token);
  }

  /** Calls back for every match that begins at a token, with where it ends. */
  match(tokens: readonly string[], start: number, report: (meaning: Meaning, end: number) => void) {
    let state: State<Meaning> | undefined = this.#begin();
    for (let at = start; at < tokens.length && state; at++) {
      state = follow(state, tokens[at] as string);
      for (const meaning of state?.found ?? []) report(meaning, at + 1);
    }
  }

  #begin(): State<Meaning> {
    this.#first ??= stateOf([this.#start]);
    return this.#first;
  }
}

/** A state is made when first needed; however much is read, the patterns bound their number. */
function follow<Meaning>(state: State<Meaning>, token: string): State<Meaning> | undefined {
  const next = state.ways.get(token);
  if (!Array.isArray(next)) return next;
  const made = stateOf(next);
  state.ways.set(token, made);
  return made;
}

function stateOf<Meaning>(places: readonly Place<Meaning>[]): State<Meaning> {
  const all = [...withSkips(places)];
  const ways = new Map<string, Place<Meaning>[]>();
  for (const { ways: further } of all) {
    for (const [token, next] of further) ways.set(token, [...(ways.get(token) ?? []), ...next]);
  }
  return { found: [...new Set(all.flatMap(({ found }) => found))], ways };
}

function withSkips<Meaning>(places: readonly Place<Meaning>[]): Set<Place<Meaning>> {
  const all = new Set(places);
  for (const { skips } of all) for (const next of skips) all.add(next);
  return all;
}

function place<Meaning>(): Place<Meaning> {
  return { ways: new Map(), skips: [], found: [] };
}

/** Adds what a pattern matches behind a place; answers the place where it ends. */
function read<Meaning>(pattern: string, groups: Groups, from: Place<Meaning>): Place<Meaning> {
  const pieces = pattern.match(/[()|?]|\{[^}]*\}|[^()|?{}]+/g) ?? [];
  let at = 0;

  const sequence = (begin: Place<Meaning>): Place<Meaning> => {
    let here = begin;
    for (let piece = pieces[at]; piece !== undefined; piece = pieces[at]) {
      if (piece === "|" || piece === ")") break;
      at++;
      if (piece === "(") here = optional(here, choice(here));
      else if (piece.startsWith("{")) here = optional(here, group(piece, here));
      else if (piece === "?") throw new Error(`A ? follows a word in ${pattern}`);
      else for (const token of tokensIn(piece)) here = step(here, token);
    }
    return here;
  };
  const choice = (begin: Place<Meaning>): Place<Meaning> => {
    const end = place<Meaning>();
    do sequence(skip(begin)).skips.push(end);
    while (pieces[at++] === "|");
    if (pieces[at - 1] !== ")") throw new Error(`A parenthesis is open in ${pattern}`);
    return end;
  };
  const group = (name: string, begin: Place<Meaning>): Place<Meaning> => {
    const text = groups[name.slice(1, -1)];
    if (text === undefined) throw new Error(`There is no group ${name} for ${pattern}`);
    return read(`(${text})`, groups, begin);
  };
  const optional = (begin: Place<Meaning>, end: Place<Meaning>) => {
    if (pieces[at] !== "?") return end;
    at++;
    begin.skips.push(end);
    return end;
  };

  const end = sequence(skip(from));
  if (at < pieces.length) throw new Error(`A parenthesis too many in ${pattern}`);
  return end;
}

function step<Meaning>(from: Place<Meaning>, token: string): Place<Meaning> {
  const next = place<Meaning>();
  from.ways.set(token, [...(from.ways.get(token) ?? []), next]);
  return next;
}

/** A place of its own right behind another, so that what begins here leads back to nothing else. */
function skip<Meaning>(from: Place<Meaning>): Place<Meaning> {
  const next = place<Meaning>();
  from.skips.push(next);
  return next;
}
