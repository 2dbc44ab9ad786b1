// A form as its visitor reads it: in one language, with the texts that go with it.

import { chooseLanguage, directionOf, type LanguageHints, speaks } from "../language.ts";
import type { PublicForm, ShownForm } from "../schemas/forms.ts";
import { textsOf } from "./texts.ts";

/** The form in its own language, else in the one that the page, else the browser, asks for. */
export function showForm(form: PublicForm, hints: LanguageHints): ShownForm {
  const language = chooseLanguage({ ...hints, form: form.language });
  // Where nobody but the browser asked for this language, a page that runs from right to left keeps its way.
  const settled = form.language ?? speaks(hints.page);
  const direction = directionOf(language);
  return {
    ...form,
    language,
    direction: settled || direction === "rtl" ? direction : null,
    texts: textsOf(language, "form"),
  };
}
