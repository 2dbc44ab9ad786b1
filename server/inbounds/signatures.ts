// Providers' signatures, compared in constant time.

import { createHmac } from "node:crypto";

/** The keyed hash of a text or of bytes, encoded as the provider does. */
export function sign(
  algorithm: "sha1" | "sha256",
  secret: string,
  { content, encoding }: { content: string | Buffer; encoding: "base64" | "hex" },
): string {
  return createHmac(algorithm, secret).update(content).digest(encoding);
}
