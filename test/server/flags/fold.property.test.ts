// Folding, for any text at all.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold, foldKeyword, keywordsIn, longestKeyword } from "../../../server/rules/fold.ts";
import { type Candidate, choose, look, meaning } from "../../../server/rules/match.ts";

const letters = "aZéßẞıİςΣЯй0٣ \t-—'’.!,\u200b\u202e\u0301\u0930\u093e停止すトｶﾞหยุด그만👍🏽🛑ﬁ①";
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...letters), maxLength: 60 }),
);
const keyword = text.filter((written) => {
  const { length } = foldKeyword(written);
  return length > 0 && length <= longestKeyword;
});
const runs = { numRuns: 2000 };

test("folding what is folded changes nothing", () => {
  fc.assert(
    fc.property(text, (written) => {
      assert.equal(fold(fold(written)), fold(written));
      assert.equal(foldKeyword(foldKeyword(written)), foldKeyword(written));
    }),
    runs,
  );
});

test("a message that is a keyword begins with it", () => {
  fc.assert(
    fc.property(keyword, (written) => {
      assert.ok(keywordsIn(written).includes(foldKeyword(written)));
    }),
    runs,
  );
});

test("case, normal form and direction marks make no difference", () => {
  fc.assert(
    fc.property(keyword, (written) => {
      const expected = foldKeyword(written);
      for (const other of [
        written.toUpperCase(),
        written.toLowerCase(),
        written.normalize("NFD"),
        written.normalize("NFKC"),
        `\u202e${written}\u202c`,
      ]) {
        assert.equal(foldKeyword(other), expected, JSON.stringify(other));
      }
    }),
    runs,
  );
});

test("a message that begins with a keyword and a space begins with that keyword, whatever follows", () => {
  const following = fc
    .string({ unit: "grapheme", maxLength: 30 })
    .filter((rest) => !/^\p{M}/u.test(rest));
  fc.assert(
    fc.property(keyword, following, (written, rest) => {
      // A mark would belong to what stands before it.
      assert.ok(keywordsIn(`${written}\n${rest}`).includes(foldKeyword(written)));
    }),
    runs,
  );
});

test("a letter right after a keyword in Latin letters makes it another word", () => {
  const latin = fc.string({ unit: fc.constantFrom(..."abcdéøž"), minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(latin, latin, (word, more) => {
      assert.ok(!keywordsIn(word + more).includes(foldKeyword(word)));
    }),
    runs,
  );
});

test("every keyword in a message is bounded, and begins and ends with whole words", () => {
  fc.assert(
    fc.property(
      fc.oneof(text, fc.string({ unit: "binary", minLength: 400, maxLength: 3000 })),
      (message) => {
        for (const found of keywordsIn(message)) {
          assert.ok(found.length > 0 && found.length <= longestKeyword);
          assert.equal(foldKeyword(found), found);
        }
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

const candidate: fc.Arbitrary<Candidate> = fc
  .record({
    id: fc.stringMatching(/^[a-z0-9]{4}$/),
    inbound: fc.constantFrom("*", "12345"),
    keyword: fc.constant("x"),
    folded: fc.constantFrom("stop", "stop all", "👍 go", "go on", meaning),
    matches: fc.constantFrom("beginning", "whole"),
    action: fc.constantFrom("optIn", "optOut", "reply"),
    reply: fc.constant(null),
  })
  .map((rule) =>
    rule.folded === meaning ? { ...rule, matches: "meaning", action: "optOut" } : rule,
  );
const candidates = fc.uniqueArray(candidate, { selector: ({ id }) => id, maxLength: 8 });

const harmless = ["go on", "👍 go on"];
const saysNo = ["stop all", "go on, stop", "please stop texting me"];
const perhapsNo = ["go on, I am not interested"];

/** None of the others is longer, for a narrower address, or of an action that goes before. */
function assertPrecedes(winner: Candidate, others: readonly Candidate[]) {
  for (const other of others) {
    assert.ok(other.folded.length <= winner.folded.length);
    if (other.folded.length !== winner.folded.length) continue;
    assert.ok(winner.inbound !== "*" || other.inbound === "*");
    if (other.inbound !== winner.inbound) continue;
    if (other.action === "optOut") assert.equal(winner.action, "optOut");
    if (other.action === "optIn") assert.notEqual(winner.action, "reply");
  }
}

test("the choice does not depend on the order in which the rules are found", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...harmless, ...saysNo, ...perhapsNo),
      candidates,
      (body, found) => {
        const message = look(body);
        assert.deepEqual(choose(message, [...found].reverse()), choose(message, found));
      },
    ),
    runs,
  );
});

test("the longest keyword wins, then the narrower address, then optOut, optIn and reply", () => {
  fc.assert(
    fc.property(fc.constantFrom(...harmless), candidates, (body, found) => {
      const { winner, verdict, matches } = choose(look(body), found);
      assert.equal(winner, matches[0] ?? null);
      assert.equal(verdict, winner?.action ?? "none");
      if (winner) assertPrecedes(winner, matches);
    }),
    runs,
  );
});

test("where a message may say no, an opt-out goes before what is longer", () => {
  fc.assert(
    fc.property(fc.constantFrom(...saysNo, ...perhapsNo), candidates, (body, found) => {
      const { winner, verdict, matches } = choose(look(body), found);
      const outs = matches.filter(({ action }) => action === "optOut");
      if (!winner) assert.equal(verdict, "likely");
      else assertPrecedes(winner, winner.action === "optOut" ? outs : matches);
      // A rule may give even these words another sense: it is the same message, word for word.
      if (winner?.action === "optIn") assert.ok(body.startsWith(winner.folded));
      if (body.includes(",")) assert.notEqual(verdict, "optIn");
      if (saysNo.includes(body) && winner?.action === "reply") assert.deepEqual(outs, []);
    }),
    runs,
  );
});
