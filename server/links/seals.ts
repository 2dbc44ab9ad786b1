// Seals: signatures on text that we hand out, so that we recognise it when it comes back.

import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * `text` with a seal, for one purpose; the newest secret (the first) seals. Safe in a URL and in an
 * attribute.
 */
export function seal(secrets: readonly string[], purpose: string, text: string): string {
  const body = Buffer.from(text).toString("base64url");
  return `${body}.${signature(secrets[0] as string, purpose, body)}`;
}

/**
 * The text inside a seal of ours for this purpose, by any of the secrets; undefined for everything
 * else.
 */
export function unseal(
  secrets: readonly string[],
  purpose: string,
  sealed: string,
): string | undefined {
  const [body, signed, ...rest] = sealed.split(".");
  if (body === undefined || signed === undefined || rest.length > 0) return undefined;
  const ours = secrets.some((secret) => isSameText(signature(secret, purpose, body), signed));
  const text = Buffer.from(body, "base64url");
  return ours && text.toString("base64url") === body ? text.toString() : undefined;
}

function signature(secret: string, purpose: string, body: string): string {
  return createHmac("sha256", secret).update(`${purpose}\n${body}`).digest("base64url");
}

/**
 * Whether two texts are equal, in constant time. Compared as encoded, so that no second spelling
 * passes.
 */
export function isSameText(expected: string, given: string): boolean {
  const one = Buffer.from(expected);
  const other = Buffer.from(given);
  return one.length === other.length && timingSafeEqual(one, other);
}
