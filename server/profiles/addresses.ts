// The addresses in the body of a profile.

import { matchKey } from "../addresses/match-key.ts";
import { normaliseAddress } from "../addresses/normalise.ts";
import type { Profile } from "../schemas/profiles.ts";

/** The addresses of a profile that a body may name. */
export type Addresses = Pick<Profile, "phoneNumber" | "email" | "fbMessengerId">;

const kinds = ["phoneNumber", "email", "fbMessengerId"] as const;

/**
 * The addresses that a body names, in their one spelling; null where it removes one. Throws
 * `invalid`.
 */
export function normaliseAddresses(
  body: { [Kind in keyof Addresses]?: Addresses[Kind] | undefined },
): Partial<Addresses> {
  const normal: Partial<Addresses> = {};
  for (const kind of kinds) {
    const address = body[kind];
    if (address !== undefined)
      normal[kind] = address === null ? null : normaliseAddress(kind, address, { path: kind });
  }
  return normal;
}

/**
 * Whether two addresses reach the same person: the case of an e-mail address makes no other
 * mailbox, nor another spelling another phone.
 */
export function isSameAddress(
  kind: keyof Addresses,
  one: string | null,
  other: string | null,
): boolean {
  if (kind === "phoneNumber" && one && other) return matchKey(one) === matchKey(other);
  return kind === "email" ? one?.toLowerCase() === other?.toLowerCase() : one === other;
}
