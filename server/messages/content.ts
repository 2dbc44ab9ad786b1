// What a message says to one person.

import { nameIn } from "../profiles/names.ts";
import type { Channel } from "../schemas/channels.ts";

type Fields = { profile: Record<string, unknown>; unsubscribeUrl: string | null };

/**
 * Replaces `{{profile.city}}` by that property, a missing one by nothing; `{{profile.name}}` by the
 * name, whichever property holds it; and `{{unsubscribeUrl}}` by the person's link.
 */
export function fillIn(
  text: string,
  { profile, unsubscribeUrl }: Fields,
  write: (value: string) => string = String,
): string {
  return text.replace(
    /\{\{\s*(?:profile\.([^{}]{1,100}?)|(unsubscribeUrl))\s*\}\}/g,
    (_, name: string | undefined) => {
      if (name === undefined) return unsubscribeUrl ?? "";
      const own = Object.hasOwn(profile, name) ? profile[name] : undefined;
      const value = own ?? (name === "name" ? nameIn(profile) : undefined);
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? write(String(value))
        : "";
    },
  );
}

/** Whether a mail is written in Markdown: its `customBody` says `{"format": "markdown"}`. */
export function isMarkdown(channel: Channel, customBody: unknown): boolean {
  return channel === "email" && (customBody as { format?: unknown } | null)?.format === "markdown";
}

/** Text that means nothing in Markdown: what somebody called themselves makes no link. */
export function asMarkdown(value: string): string {
  return value.replace(/\s+/g, " ").replace(/[!-/:-@[-`{-~]/g, "\\$&");
}
