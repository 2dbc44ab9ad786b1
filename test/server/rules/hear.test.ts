// What ordinary messages say, in twelve languages: no, perhaps no, or nothing of the kind.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Heard, hear } from "../../../server/rules/hear.ts";
import { Patterns } from "../../../server/rules/pattern.ts";
import { tables } from "../../../server/rules/tables.ts";
import { readCases } from "../../support/cases.ts";

type Case = { body: string; expected: string[] };
const { cases } = readCases<{ cases: (Case & { language: string })[] }>("words");
const examples = readCases<Record<string, Record<Heard["verdict"], string[]>>>("heard");

for (const { language, body, expected } of cases) {
  // Whether a message opts in is for rules alone.
  const verdicts = expected.map((verdict) => (verdict === "optIn" ? "none" : verdict));
  test(`${language}: ${JSON.stringify(body)} says ${verdicts.join(" or ")}`, () => {
    const heard = hear(body);
    assert.ok(verdicts.includes(heard.verdict), JSON.stringify(heard));
  });
}

for (const [language, verdicts] of Object.entries(examples)) {
  for (const [verdict, bodies] of Object.entries(verdicts)) {
    test(`${language}: ${bodies.length} messages say ${verdict}`, () => {
      const wrong = bodies
        .map((body) => ({ body, ...hear(body) }))
        .filter((heard) => heard.verdict !== verdict && !isClearer(verdict, heard.verdict));
      assert.deepEqual(wrong, []);
    });
  }
}

/** A message at which a person should look may also be heard at once. */
function isClearer(expected: string, verdict: string): boolean {
  return expected === "likely" && verdict === "optOut";
}

test("the reason quotes what the message says", () => {
  assert.equal(hear("Please stop texting me!").because, 'it says "stop texting me"');
  assert.equal(hear("Stpo").because, '"stpo" is one letter off "stop"');
  assert.equal(hear("s t o p").because, 'it spells out "stop"');
  assert.equal(hear("请不要再发短信了").because, 'it says "不要再发短信"');
});

test("a message of words to start and to stop names the word to stop", () => {
  const { verdict, keywords } = hear("START. No: stop!");
  assert.equal(verdict, "optOut");
  assert.deepEqual(keywords, ["stop"]);
});

test("no word both starts and stops", () => {
  const stops = tables.flatMap(({ words, beginnings, weakWords }) => [
    ...words,
    ...beginnings,
    ...weakWords,
  ]);
  const others = new Set(tables.flatMap(({ start, help }) => [...start, ...help]));
  assert.deepEqual(
    stops.filter((word) => others.has(word)),
    [],
  );
});

test("every word to stop, alone, says no; every word to start or for help does not", () => {
  const { words, beginnings, weakWords, start, help } = {
    words: tables.flatMap((table) => table.words),
    beginnings: tables.flatMap((table) => table.beginnings),
    weakWords: tables.flatMap((table) => table.weakWords),
    start: tables.flatMap((table) => table.start),
    help: tables.flatMap((table) => table.help),
  };
  for (const word of [...words, ...beginnings, ...weakWords])
    assert.equal(hear(word.toUpperCase()).verdict, "optOut", word);
  for (const word of [...start, ...help]) assert.equal(hear(word).verdict, "none", word);
});

test("any text is heard, in a time that grows with what is looked at alone", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => hear(text) !== undefined));
  for (const long of ["please ", "stop ", "no more ", "ストップ", "“", "<", "a'", "\n> "]) {
    const text = long.repeat(200_000 / long.length);
    const began = performance.now();
    hear(text);
    assert.ok(performance.now() - began < 500, long);
  }
});

test("a pattern that cannot be read is refused", () => {
  for (const pattern of ["(stop", "stop)", "{NOBODY}", "stop?", "(stop)?", ""])
    assert.throws(() => new Patterns<null>().add(pattern, null), pattern);
});
