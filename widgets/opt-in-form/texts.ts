// The only text that is needed before the form arrives, which brings all others in its language.

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

/** The `lang` of the page around an element; empty if it has none. */
export function languageAround(element: Element): string {
  return (element.closest<HTMLElement>("[lang]") ?? document.documentElement).lang;
}

/** The offer to reload the form, in the language of the page, else the browser's, else English. */
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
