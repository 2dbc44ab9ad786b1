// The ids that we make; new_id.sql makes the same where SQL makes a profile.

import { randomBytes } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A random id of 16 lower-case letters and digits (80 bits), easy to read aloud. */
export function newId(): string {
  return Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join("");
}
