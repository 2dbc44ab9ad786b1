// Encrypted text that we hand out, which nobody else can read, change or make.

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const ivLength = 12;
const tagLength = 16;

/**
 * `text` encrypted by the newest secret (the first), for one purpose. Safe in a URL, and another
 * one each time.
 */
export function encrypt(secrets: readonly string[], purpose: string, text: string): string {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv(algorithm, keyOf(secrets[0] as string, purpose), iv);
  const parts = [iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString("base64url");
}

/**
 * The text that we encrypted for this purpose, by any of the secrets; undefined for everything
 * else.
 */
export function decrypt(
  secrets: readonly string[],
  purpose: string,
  encrypted: string,
): string | undefined {
  const bytes = Buffer.from(encrypted, "base64url");
  // A second spelling of the same bytes is none of ours.
  if (bytes.length < ivLength + tagLength || bytes.toString("base64url") !== encrypted)
    return undefined;
  for (const secret of secrets) {
    const key = keyOf(secret, purpose);
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength));
    decipher.setAuthTag(bytes.subarray(-tagLength));
    const text = decipher.update(bytes.subarray(ivLength, -tagLength));
    try {
      return Buffer.concat([text, decipher.final()]).toString();
    } catch {
      // Another secret's, or nobody's.
    }
  }
  return undefined;
}

function keyOf(secret: string, purpose: string): Buffer {
  return createHmac("sha256", secret).update(`encryption\n${purpose}`).digest();
}
