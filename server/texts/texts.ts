// Every text that a visitor reads and that no admin wrote: one file for each language, by page,
// read through i18next.

import { createInstance, type TOptions } from "i18next";
import type { Language } from "../schemas/languages.ts";
import ar from "./ar.json" with { type: "json" };
import de from "./de.json" with { type: "json" };
import en from "./en.json" with { type: "json" };
import es from "./es.json" with { type: "json" };
import fr from "./fr.json" with { type: "json" };
import it from "./it.json" with { type: "json" };
import ja from "./ja.json" with { type: "json" };
import nl from "./nl.json" with { type: "json" };
import pl from "./pl.json" with { type: "json" };
import pt from "./pt.json" with { type: "json" };

/** The pages that have texts of their own, and what they share. */
export type Namespace = keyof typeof en;

/** A text's name: `namespace.key`, without the ending that a number chooses. */
export type TextName = {
  [Name in Namespace]: `${Name}.${WithoutPlural<keyof (typeof en)[Name] & string>}`;
}[Namespace];

type WithoutPlural<Key extends string> = Key extends `${infer Start}_${"one" | "other"}`
  ? Start
  : Key;

/** The texts of every language; English has them all, what another lacks is read there. */
export const translations: Record<Language, Partial<Record<Namespace, Record<string, string>>>> = {
  en,
  de,
  fr,
  es,
  pt,
  it,
  nl,
  pl,
  ar,
  ja,
};

const i18next = createInstance();
i18next.init({
  initAsync: false,
  resources: translations,
  fallbackLng: "en",
  nsSeparator: ".",
  keySeparator: false,
  ns: Object.keys(en),
  // What is written into a page is escaped there.
  interpolation: { escapeValue: false },
});

const gathered = new Map<string, Readonly<Record<string, string>>>();

/** One text, with `values` for its `{{name}}`s; `count` chooses the plural. */
export function text(
  language: Language,
  name: TextName,
  values: Record<string, string | number> = {},
): string {
  return i18next.t(name, { ...values, lng: language } as TOptions);
}

/**
 * All texts of a page, as they are written, for what runs in a browser and fills them in by itself.
 */
export function textsOf(
  language: Language,
  namespace: Namespace,
): Readonly<Record<string, string>> {
  const key = `${language} ${namespace}`;
  let texts = gathered.get(key);
  if (!texts) {
    texts = Object.freeze({ ...en[namespace], ...translations[language][namespace] });
    gathered.set(key, texts);
  }
  return texts;
}
