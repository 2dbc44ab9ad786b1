// The page behind an unsubscribe link: one button, and what came of it. It has no script.

import { createHash } from "node:crypto";
import type { Channel } from "../schemas/channels.ts";
import { fillTemplate } from "./template.ts";

/** What the page says: the question, that it is done, that nobody is there any more, a link that is not ours, a failure. */
export type UnsubscribeState = "ask" | "done" | "gone" | "unknown" | "failed";

const names: Record<Channel, string> = {
  sms: "text messages",
  whatsApp: "WhatsApp messages",
  email: "emails",
  rcs: "RCS messages",
  fbMessenger: "Messenger messages",
  appMessaging: "app messages",
};

/** The page as HTML; `channel` is what the link is for, where it is one of ours. */
export function unsubscribePage(template: string, state: UnsubscribeState, channel?: Channel): string {
  const messages = channel ? names[channel] : "messages";
  const words: Record<UnsubscribeState, { title: string; text: string; button?: string }> = {
    ask: {
      title: `Stop ${messages}?`,
      text: `You will get no more ${messages} from us that need your consent.`,
      button: "Unsubscribe",
    },
    done: {
      title: "You are unsubscribed",
      text: `We will send you no more ${messages} that need your consent.`,
    },
    gone: {
      title: "You are not on our list",
      text: "We have no details of you any more, so we send you nothing.",
    },
    unknown: {
      title: "This link does not work",
      text: "It is not complete. Please open the link in our message again, or copy the whole of it.",
    },
    failed: {
      title: "That did not work",
      text: "Something went wrong on our side, and you are not unsubscribed yet. Please try again in a moment.",
      button: "Try again",
    },
  };
  const { title, text, button } = words[state];
  return fillTemplate(template, {
    show: [button ? "ask" : "tell"],
    values: { title, text, button: button ?? "" },
  });
}

/** The page's Content-Security-Policy: its own styles and its own form, in nobody's frame. */
export function unsubscribePagePolicy(template: string): string {
  const styles = [...template.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map(
    ([, css = ""]) => `'sha256-${createHash("sha256").update(css).digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    `style-src ${styles.join(" ")}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
