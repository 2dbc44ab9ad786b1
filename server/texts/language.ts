// Which language a visitor is spoken to in, and which way it runs.

import * as v from "valibot";
import { type Language, language } from "../schemas/languages.ts";

/** What may say it, the first that names a language of ours deciding. */
export type LanguageHints = {
  /** The form's own. */
  form?: Language | null | undefined;
  /** The `lang` of the page, as a BCP 47 tag. */
  page?: string | undefined;
  /** The browser's, as its `Accept-Language` header. */
  acceptLanguage?: string | undefined;
};

/** The form's language, else that of the page, else the browser's, else English. */
export function chooseLanguage({ form, page, acceptLanguage }: LanguageHints): Language {
  return form ?? speaks(page) ?? preferred(acceptLanguage) ?? "en";
}

/** The language of ours that a tag names, whatever its region: `pt-BR` is `pt`. */
export function speaks(tag: string | undefined): Language | undefined {
  const found = v.safeParse(language, tag?.trim().split(/[-_]/)[0]?.toLowerCase());
  return found.success ? found.output : undefined;
}

/** Which way texts of a language run. */
export function directionOf(language: Language): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

/** The language of ours that an `Accept-Language` header weighs most, the first of equals. */
function preferred(header = ""): Language | undefined {
  return header
    .slice(0, 500)
    .split(",")
    .map((range) => {
      const [tag, ...parameters] = range.split(";");
      const weight = parameters
        .map((parameter) => /^\s*q\s*=\s*([\d.]+)/i.exec(parameter)?.[1])
        .find(Boolean);
      return { language: speaks(tag), weight: Number(weight ?? 1) };
    })
    .filter(({ language, weight }) => language && weight > 0)
    .sort((one, other) => other.weight - one.weight)[0]?.language;
}
