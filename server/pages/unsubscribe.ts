// The page behind an unsubscribe link: one button, and what came of it. It has no script.

import type { Channel } from "../schemas/channels.ts";
import type { Language } from "../schemas/languages.ts";
import { directionOf } from "../texts/language.ts";
import { type TextName, text } from "../texts/texts.ts";
import { fillTemplate } from "./template.ts";

/**
 * What the page says: the question, that it is done, that nobody is there any more, a link that is
 * not ours, a failure.
 */
export type UnsubscribeState = "ask" | "done" | "gone" | "unknown" | "failed";

/**
 * What the page is filled with: `channel` is what the link is for, `preferences` leads to the
 * person's own flags.
 */
export type UnsubscribePage = {
  template: string;
  language: Language;
  state: UnsubscribeState;
  businessName: string | null;
  channel?: Channel | undefined;
  preferences?: string | undefined;
};

/** The page as HTML. */
export function unsubscribePage({
  template,
  language,
  state,
  channel,
  ...page
}: UnsubscribePage): string {
  const { businessName, preferences } = page;
  const say = (name: TextName) => text(language, name);
  const words: Record<UnsubscribeState, { title: TextName; text: TextName; button?: TextName }> = {
    ask: {
      title: `unsubscribe.askTitle_${channel ?? "email"}`,
      text: "unsubscribe.askText",
      button: "unsubscribe.askButton",
    },
    done: { title: "unsubscribe.doneTitle", text: "unsubscribe.doneText" },
    gone: { title: "unsubscribe.goneTitle", text: "unsubscribe.goneText" },
    unknown: { title: "unsubscribe.unknownTitle", text: "unsubscribe.unknownText" },
    failed: {
      title: "unsubscribe.failedTitle",
      text: "unsubscribe.failedText",
      button: "unsubscribe.failedButton",
    },
  };
  const { title, text: what, button } = words[state];
  return fillTemplate(template, {
    show: [
      button ? "ask" : "tell",
      ...(businessName ? ["businessName"] : []),
      ...(preferences ? ["preferences"] : []),
    ],
    values: {
      language,
      direction: directionOf(language),
      title: say(title),
      text: say(what),
      button: button ? say(button) : "",
      businessName: businessName ?? "",
      preferences: preferences ?? "",
      more: say("unsubscribe.preferences"),
    },
  });
}
