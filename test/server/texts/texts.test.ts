// The visitors' texts in every language: complete, consistent, and chosen as the form, the page or
// the browser asks.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../server/env/root.ts";
import { Problem } from "../../../server/errors.ts";
import { type Language, language } from "../../../server/schemas/languages.ts";
import { chooseLanguage } from "../../../server/texts/language.ts";
import { inWords } from "../../../server/texts/problems.ts";
import { text, textsOf, translations } from "../../../server/texts/texts.ts";
import { firstWords } from "../../../widgets/first-texts.ts";

type Texts = Record<string, string>;

const plural = /_(zero|one|two|few|many|other)$/;
const english = flat("en");
const others = language.options.filter((one) => one !== "en");

/** The same in another language, because it is a name or happens to be. */
const same: Partial<Record<Language | "all", string[]>> = {
  all: ["channels.fbMessenger", "channels.rcs", "channels.sms", "channels.whatsApp"],
  es: ["form.errorTitle"],
  it: ["channels.email"],
};

/** Every text of a language by `namespace.key`. */
function flat(one: Language): Texts {
  const namespaces = Object.entries(translations[one]);
  return Object.fromEntries(
    namespaces.flatMap(([namespace, texts]) =>
      Object.entries(texts ?? {}).map(([key, value]) => [`${namespace}.${key}`, value]),
    ),
  );
}

const bare = (name: string) => name.replace(plural, "");
const placeholders = (value: string) =>
  [...value.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

for (const one of others) {
  describe(`the texts in ${one}`, () => {
    const own = flat(one);

    it("are all there, and no others", () => {
      const names = (texts: Texts) => [...new Set(Object.keys(texts).map(bare))].sort();
      assert.deepEqual(names(own), names(english));
    });

    it("have every plural that the language uses for a number of minutes", () => {
      const rules = new Intl.PluralRules(one);
      const needed = new Set(Array.from({ length: 200 }, (_, count) => rules.select(count)));
      const counted = new Set(
        Object.keys(english)
          .filter((name) => plural.test(name))
          .map(bare),
      );
      const missing = [...counted].flatMap((name) =>
        [...needed].map((form) => `${name}_${form}`).filter((key) => !(key in own)),
      );
      assert.deepEqual(missing, []);
    });

    it("are translated", () => {
      const known = [...(same.all ?? []), ...(same[one] ?? [])];
      const alike = Object.keys(own).filter(
        (name) => own[name] === english[name] && !known.includes(name),
      );
      assert.deepEqual(alike, []);
    });

    it("have the same placeholders", () => {
      const different = Object.entries(own).filter(([name, value]) => {
        const model = english[name] ?? english[`${bare(name)}_other`] ?? "";
        // "In one minute" has no number if the language says it as a word.
        const said = one === "ar" && /_(one|two)$/.test(name) ? ["count"] : placeholders(value);
        return String(said) !== String(placeholders(model));
      });
      assert.deepEqual(different, []);
    });

    it("end as the English ones do", () => {
      const ends = (value: string) => /[.?…]$|[。؟?…]$/.test(value.trim());
      // A question in one language may be a statement in another, and an example may have no full
      // stop.
      const odd = Object.entries(own).filter(([name, value]) => {
        const model = english[name] ?? english[`${bare(name)}_other`] ?? "";
        return ends(value) !== ends(model) && !/phone(Country|Hint)|askTitle/.test(name);
      });
      assert.deepEqual(odd, []);
    });
  });
}

describe("the texts", () => {
  it("are in alphabetical order, so that two people who add some do not conflict", () => {
    for (const [namespace, texts] of Object.entries(translations.en)) {
      const names = Object.keys(texts ?? {});
      assert.deepEqual(names, [...names].sort(), namespace);
    }
  });

  it("are all used", () => {
    const sources = ["server", "widgets"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(ts|html)$/.test(name))
        .map((name) => readFileSync(join(root, folder, name), "utf8")),
    );
    const all = sources.join("\n");
    const unread = [...new Set(Object.keys(english).map(bare))].filter((name) => {
      const [, key = ""] = name.split(".");
      return !new RegExp(`\\b${key}\\b|${key.split("_")[0]}_\\$\\{`).test(all);
    });
    assert.deepEqual(unread, []);
  });

  it("fall back to English if a language lacks one", () => {
    const german = translations.de.form as Texts;
    const kept = german.closed as string;
    delete german.closed;
    assert.equal(text("de", "form.closed"), "This form is closed.");
    german.closed = kept;
    assert.equal(text("de", "form.closed"), kept);
  });

  it("insert values as they are", () => {
    const business = "<b>$t(form.closed) {{title}} & $&";
    assert.equal(
      text("en", "form.titleFrom", { business }),
      `Sign up for messages from ${business}`,
    );
  });

  it("include those that the link widgets begin with", () => {
    for (const one of language.options) {
      const { tryAgain, unreachable } = textsOf(one, "preferences");
      const first = firstWords(["tlh", one]);
      assert.equal(first.language, one);
      assert.deepEqual([first.texts.tryAgain, first.texts.unreachable], [tryAgain, unreachable]);
    }
  });

  it("are given to a page as a whole", () => {
    for (const one of language.options) {
      assert.ok(
        Object.keys(textsOf(one, "preferences")).length >=
          Object.keys(translations.en.preferences ?? {}).length,
      );
    }
  });
});

describe("how long to wait", () => {
  const wait = (one: Language, retryAfter: number) =>
    inWords(new Problem("rate_limited", "Too many tries.", { retryAfter }), one).message;
  const said: [Language, number, RegExp][] = [
    ["en", 1, /in 1 second\./],
    ["en", 90, /in 90 seconds\./],
    ["en", 91, /in 2 minutes\./],
    ["de", 1800, /in 30 Minuten erneut/],
    ["pl", 1, /za 1 sekundę\./],
    ["pl", 3, /za 3 sekundy\./],
    ["pl", 5, /za 5 sekund\./],
    ["pl", 22, /za 22 sekundy\./],
    ["pl", 25 * 60, /za 25 minut\./],
    ["ar", 120, /بعد دقيقتين\./],
    ["ar", 180, /بعد 3 دقائق\./],
    ["ar", 11 * 60, /بعد 11 دقيقة\./],
    ["ja", 40, /40秒後/],
  ];
  for (const [one, seconds, words] of said) {
    it(`is right in ${one} for ${seconds} seconds`, () => assert.match(wait(one, seconds), words));
  }
});

describe("the language", () => {
  const chosen: [string, Parameters<typeof chooseLanguage>[0], Language][] = [
    ["is the form's own first of all", { form: "pl", page: "de", acceptLanguage: "fr" }, "pl"],
    ["is the page's then", { form: null, page: "de-AT", acceptLanguage: "fr" }, "de"],
    [
      "is the browser's where the page says none",
      { page: "", acceptLanguage: "fr-CA,en;q=0.5" },
      "fr",
    ],
    ["is the browser's where the page's is not ours", { page: "he", acceptLanguage: "ar" }, "ar"],
    [
      "weighs what the browser would like",
      { acceptLanguage: "tlh, it;q=0.4, nl;q=0.8, en;q=0.2" },
      "nl",
    ],
    ["is none that the browser refuses", { acceptLanguage: "de;q=0, ja;q=0.1" }, "ja"],
    ["is English otherwise", { page: "tlh", acceptLanguage: "*;q=0.5, ;;=,," }, "en"],
    ["knows a tag however it is written", { page: "PT_br" }, "pt"],
  ];
  for (const [what, hints, expected] of chosen) {
    it(what, () => assert.equal(chooseLanguage(hints), expected));
  }
});
