// The page behind the link of a confirmation: what is agreed to, one button, and what came of it.
// It has no script.

import type { Language } from "../schemas/languages.ts";
import { directionOf } from "../texts/language.ts";
import { text } from "../texts/texts.ts";
import { fillTemplate } from "./template.ts";

/**
 * What the page says. A link that was used, has expired or never was is the same to everyone:
 * `gone`. `closed` is a link whose form was deleted or paused meanwhile.
 */
export type ConfirmPage = { language: Language } & (
  | { state: "ask"; businessName: string | null; confirmationMessage: string }
  | { state: "done"; businessName: string | null; thankYouText: string | null }
  | { state: "gone" | "closed" | "failed" }
);

/** The page as HTML. */
export function confirmPage(template: string, page: ConfirmPage): string {
  const { state, language } = page;
  const businessName = "businessName" in page ? page.businessName : null;
  const say = (name: Parameters<typeof text>[1]) => text(language, name);
  const words = {
    ask: { title: say("confirm.askTitle"), text: "", button: say("confirm.askButton") },
    done: { title: say("confirm.doneTitle"), text: say("confirm.doneText"), button: "" },
    closed: { title: say("form.closed"), text: say("confirm.closedText"), button: "" },
    gone: { title: say("confirm.goneTitle"), text: say("confirm.goneText"), button: "" },
    failed: {
      title: say("confirm.failedTitle"),
      text: say("confirm.failedText"),
      button: say("confirm.failedButton"),
    },
  }[state];
  return fillTemplate(template, {
    show: [
      words.button ? "ask" : "tell",
      ...(state === "ask" ? ["consent"] : []),
      ...(words.text ? ["text"] : []),
      ...(businessName ? ["businessName"] : []),
    ],
    values: {
      ...words,
      ...(state === "done" && page.thankYouText ? { text: page.thankYouText } : {}),
      language,
      direction: directionOf(language),
      businessName: businessName ?? "",
      consent: state === "ask" ? page.confirmationMessage : "",
    },
  });
}
