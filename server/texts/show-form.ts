// A form as its visitor reads it: in one language, with the texts that go with it.

import type { PublicForm, ShownForm } from "../schemas/forms.ts";
import { chooseLanguage, directionOf, type LanguageHints, speaks } from "./language.ts";
import { textsOf } from "./texts.ts";

/** The form in its own language, else in the one that the page, else the browser, asks for. */
export function showForm(form: PublicForm, hints: LanguageHints): ShownForm {
  const language = chooseLanguage({ ...hints, form: form.language });
  // Where nobody but the browser asked for this language, a page that runs from right to left keeps
  // its way.
  const settled = form.language ?? speaks(hints.page);
  const direction = directionOf(language);
  return {
    ...form,
    language,
    direction: settled || direction === "rtl" ? direction : null,
    texts: textsFor(form, textsOf(language, "form")),
  };
}

/** Only what this form may say: it travels with every form. */
function textsFor(
  form: PublicForm,
  texts: Readonly<Record<string, string>>,
): Record<string, string> {
  const { privacy, sending, thankYou, tryAgain, offline, unavailable, unreachable } = texts;
  const email = form.addressKind === "email";
  const pick = (chosen: Record<string, string | undefined>) => chosen as Record<string, string>;
  return pick({
    label: email ? texts.emailLabel : texts.phoneLabel,
    missing: email ? texts.emailMissing : texts.phoneMissing,
    invalid: email ? texts.emailInvalid : texts.phoneInvalid,
    ...(email || form.defaultCountry ? {} : { hint: texts.phoneHint }),
    // No text, no link: what stands behind it is a web address for sure.
    ...(/^https?:\/\//i.test(form.privacyUrl ?? "") ? { privacy } : {}),
    sending,
    tryAgain,
    offline,
    unavailable,
    unreachable,
    ...(form.thankYouText ? {} : { thankYou }),
    // Said to everyone alike: a form cannot lift what a carrier has stopped.
    ...(form.channel === "sms" ? { start: texts.start } : {}),
    // Also where nothing is confirmed: a form may have come to ask for it since.
    sent: email ? texts.linkSent : texts.codeSent,
    another: email ? texts.anotherEmail : texts.anotherNumber,
    ...(email
      ? {}
      : { codeLabel: texts.codeLabel, codeMissing: texts.codeMissing, confirm: texts.confirm }),
  });
}
