// Fills the built template of the iframe page: a plain form that needs no JavaScript, and its
// policy.

import type { PublicForm, ShownForm } from "../schemas/forms.ts";
import type { Language } from "../schemas/languages.ts";
import { directionOf, type LanguageHints, speaks } from "../texts/language.ts";
import { showForm } from "../texts/show-form.ts";
import { text } from "../texts/texts.ts";
import { policyOf, stylesOf } from "./policy.ts";
import { fillTemplate } from "./template.ts";

/**
 * What the iframe page shows; `host` is the sealed origin, `address` what was typed, `error` what
 * is wrong with it or with the code (`invalid`), or what else went wrong (`failed`).
 */
export type FormPage = {
  template: string;
  form: PublicForm;
  hints: LanguageHints;
  asks: "address" | "code";
  state: "ready" | "invalid" | "failed";
  host: string;
  address?: string;
  error?: string;
};

/** The iframe page with its form, for an address or for the code that was sent to it, as HTML. */
export function formPage({
  template,
  hints,
  asks,
  state,
  host,
  address = "",
  error = "",
  ...page
}: FormPage) {
  const form = showForm(page.form, hints);
  const { addressKind, language, texts } = form;
  const email = addressKind === "email";
  const hint = asks === "address" && texts.hint !== undefined;
  const invalid = state === "invalid";
  const action = `/embed/forms/${encodeURIComponent(form.id)}`;
  const query = hints.page === undefined ? "" : `?lang=${encodeURIComponent(hints.page)}`;
  const title = formTitle(form, language);
  return fillTemplate(template, {
    show: [
      asks === "address" ? "form" : "code",
      ...(form.businessName ? ["businessName"] : []),
      ...(texts.privacy ? ["privacyUrl"] : []),
      ...(invalid ? ["error"] : []),
      ...(state === "failed" ? ["notice"] : []),
      ...(hint ? ["hint"] : []),
    ],
    values: {
      ...texts,
      ...documentOf(language, form.direction),
      unsettled: page.form.language || speaks(hints.page) ? "" : language,
      title: state === "ready" ? title : text(language, "form.errorTitle", { title }),
      id: form.id,
      action: action + query,
      codeAction: `${action}/confirmations${query}`,
      type: email ? "email" : "tel",
      content: JSON.stringify(form),
      businessName: form.businessName ?? "",
      confirmationMessage: form.confirmationMessage,
      buttonText: form.buttonText,
      privacyUrl: form.privacyUrl ?? "",
      wording: String(form.wording),
      message: sentText(form, "code", address),
      host,
      address,
      error,
      invalid: String(invalid),
      describedBy: [invalid && "error", (hint || asks === "code") && "hint"]
        .filter(Boolean)
        .join(" "),
    },
  });
}

/** The iframe page after the opt-in, or while a link waits in the mail at `pendingAt`. */
export function thanksPage({
  template,
  hints,
  pendingAt,
  ...page
}: Pick<FormPage, "template" | "form" | "hints"> & { pendingAt?: string }): string {
  const form = showForm(page.form, hints);
  const message =
    pendingAt === undefined
      ? [form.thankYouText ?? text(form.language, "form.thankYou"), form.texts.start]
          .filter(Boolean)
          .join(" ")
      : sentText(form, "link", pendingAt);
  return messagePage(template, form.language, {
    title: formTitle(form, form.language),
    message,
    kind: "",
  });
}

/** The iframe page of a form that is inactive, deleted or was never there. */
export function closedPage(template: string, language: Language): string {
  return failedPage(template, language, text(language, "form.closed"));
}

/** The iframe page where nothing can be asked, and why. */
export function failedPage(template: string, language: Language, message: string): string {
  return messagePage(template, language, { title: message, message, kind: "closed" });
}

/** What an iframe with this form is called, for people who hear the page. */
export function formTitle(
  { businessName }: { businessName: string | null },
  language: Language,
): string {
  return businessName
    ? text(language, "form.titleFrom", { business: businessName })
    : text(language, "form.title");
}

function messagePage(
  template: string,
  language: Language,
  values: { title: string; message: string; kind: string },
): string {
  return fillTemplate(template, {
    show: ["message"],
    values: { ...documentOf(language, directionOf(language)), ...values },
  });
}

/**
 * The document's language and direction; `unsettled` is the language where the page around may
 * still ask for another.
 */
function documentOf(language: Language, direction: ShownForm["direction"]) {
  return { language, direction: direction ?? "ltr", unsettled: language };
}

/**
 * That a confirmation is on its way. The address is isolated: it runs from left to right in every
 * language.
 */
function sentText({ language }: ShownForm, confirm: "link" | "code", address: string): string {
  return text(language, confirm === "code" ? "form.codeSent" : "form.linkSent", {
    address: `\u2066${address.trim()}\u2069`,
  });
}

/**
 * The page's Content-Security-Policy; `frameAncestors` are the origins that may frame it, any when
 * empty.
 */
export function formPagePolicy({
  template,
  frameAncestors,
}: {
  template: string;
  frameAncestors: string[];
}): string {
  return policyOf({
    "script-src": "'self'",
    "style-src": stylesOf(template),
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": frameAncestors.length ? frameAncestors.join(" ") : "*",
  });
}
