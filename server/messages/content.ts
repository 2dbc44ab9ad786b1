// What a message says to one person.

import type { Channel } from "../schemas/channels.ts";

type Fields = { profile: Record<string, unknown>; unsubscribeUrl: string | null };

/**
 * Replaces `{{profile.name}}` by that property, a missing one by nothing, and `{{unsubscribeUrl}}`
 * by the person's link. `write` says how a property's text stands there.
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
      const value = Object.hasOwn(profile, name) ? profile[name] : undefined;
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
