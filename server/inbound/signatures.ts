// Signatures of providers, compared without telling by time how much of one was right.

import { createHmac, timingSafeEqual } from "node:crypto";

/** The keyed hash of a text or of bytes, encoded as the provider does. */
export function sign(
  algorithm: "sha1" | "sha256",
  secret: string,
  { content, encoding }: { content: string | Buffer; encoding: "base64" | "hex" },
): string {
  return createHmac(algorithm, secret).update(content).digest(encoding);
}

/** Whether two secrets, or signatures, are the same text. */
export function isSameText(expected: string, given: string): boolean {
  const one = Buffer.from(expected);
  const other = Buffer.from(given);
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Text as a database holds it: no NUL, no half surrogate pairs. A provider's message is kept rather than refused. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
