// Text from elsewhere that is kept rather than refused.

/** Text as a database holds it: no NUL, no half surrogate pairs. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
