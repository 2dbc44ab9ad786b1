// The one text that is needed before the form has come, which brings all others in its language.

import type { Words } from "./filled-form.ts";

const reload: Record<string, string> = {
  en: "Reload the form",
  de: "Formular neu laden",
  fr: "Recharger le formulaire",
  es: "Recargar el formulario",
  pt: "Recarregar o formulário",
  it: "Ricarica il modulo",
  nl: "Formulier opnieuw laden",
  pl: "Wczytaj formularz ponownie",
  ar: "إعادة تحميل النموذج",
  ja: "フォームを再読み込み",
};

/** The `lang` of the page where an element stands; empty where it says none. */
export function languageAround(element: Element): string {
  return (element.closest<HTMLElement>("[lang]") ?? document.documentElement).lang;
}

/**
 * What offers to load the form anew, in the language of the page, else of the browser, else in
 * English.
 */
export function earlyWords(element: Element): Words {
  const language = [languageAround(element), ...navigator.languages, "en"]
    .map((tag) => tag.slice(0, 2))
    .find((tag) => reload[tag]) as Words["language"];
  return {
    language,
    direction: language === "ar" ? "rtl" : null,
    texts: { reload: reload[language] ?? "" },
  };
}
