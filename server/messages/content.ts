// What a message says to one person.

type Fields = { profile: Record<string, unknown>; unsubscribeUrl: string | null };

/**
 * Replaces `{{profile.name}}` by that property, a missing one by nothing, and `{{unsubscribeUrl}}`
 * by the person's link.
 */
export function fillIn(text: string, { profile, unsubscribeUrl }: Fields): string {
  return text.replace(
    /\{\{\s*(?:profile\.([^{}]{1,100}?)|(unsubscribeUrl))\s*\}\}/g,
    (_, name: string | undefined) => {
      if (name === undefined) return unsubscribeUrl ?? "";
      const value = Object.hasOwn(profile, name) ? profile[name] : undefined;
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : "";
    },
  );
}
