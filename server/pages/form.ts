// Fills the built template of the iframe page: a plain form that needs no JavaScript, and its policy.

import { createHash } from "node:crypto";
import type { PublicForm } from "../schemas/forms.ts";
import { fillTemplate } from "./template.ts";

/** What the iframe page shows; `host` is the sealed origin, `address` what was typed, `error` what is wrong with it. */
export type FormPage = {
  form: PublicForm;
  state: "ready" | "invalid" | "done" | "closed";
  host: string;
  address?: string;
  error?: string;
  template: string;
};

/** The iframe page in one of its states, as HTML. */
export function formPage({ form, state, host, address = "", error = "", template }: FormPage): string {
  if (state === "closed") return closedPage(template);
  const name = formTitle(form);
  if (state === "done") {
    const { thankYouText } = form;
    return fillTemplate(template, {
      show: ["done", thankYouText ? "ownThanks" : "thanks"],
      values: { title: name, thankYouText: thankYouText ?? "" },
    });
  }
  const hint = form.addressKind === "phoneNumber" && !form.defaultCountry;
  const privacyUrl = /^https?:\/\//i.test(form.privacyUrl ?? "") ? form.privacyUrl : null;
  const invalid = state === "invalid";
  return fillTemplate(template, {
    show: [
      "form",
      form.addressKind === "email" ? "email" : "phone",
      ...(form.businessName ? ["businessName"] : []),
      ...(privacyUrl ? ["privacyUrl"] : []),
      ...(invalid ? ["error"] : []),
      ...(hint ? ["hint"] : []),
    ],
    values: {
      title: invalid ? `Error: ${name}` : name,
      id: form.id,
      action: `/embed/forms/${encodeURIComponent(form.id)}`,
      type: form.addressKind === "email" ? "email" : "tel",
      content: JSON.stringify(form),
      businessName: form.businessName ?? "",
      confirmationMessage: form.confirmationMessage,
      buttonText: form.buttonText,
      privacyUrl: privacyUrl ?? "",
      wording: String(form.wording),
      host,
      address,
      error,
      invalid: String(invalid),
      describedBy: [invalid && "error", hint && "hint"].filter(Boolean).join(" "),
    },
  });
}

/** What an iframe with this form is called, for people who hear the page. */
export function formTitle({ businessName }: { businessName: string | null }): string {
  return businessName ? `Sign up for messages from ${businessName}` : "Sign up for messages";
}

/** The iframe page of a form that is inactive, deleted or was never there. */
export function closedPage(template: string): string {
  return fillTemplate(template, { show: ["closed"], values: { title: "This form is closed" } });
}

/** The page's Content-Security-Policy; `frameAncestors` are the origins that may frame it, any when empty. */
export function formPagePolicy({
  template,
  frameAncestors,
}: {
  template: string;
  frameAncestors: string[];
}): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styleHash(template)}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors.length ? frameAncestors.join(" ") : "*"}`,
  ].join("; ");
}

function styleHash(template: string) {
  const css = /<style>([\s\S]*?)<\/style>/.exec(template)?.[1] ?? "";
  return `'sha256-${createHash("sha256").update(css).digest("base64")}'`;
}
