// Addresses: one spelling for each, so that two spellings never become two people.

import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { invalid } from "../errors.ts";
import type { AddressKind } from "../schemas/channels.ts";
import { cleanEmail, visibleText } from "./clean.ts";
import { normalisePhoneNumber } from "./phone-numbers.ts";

/** Dots anywhere but in front: docomo and others gave away `a..b@` and `a.@`. */
const localPart = /^(?!\.)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/i;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;

/**
 * The one spelling of an address, without what was pasted around it: E.164 for a phone number, the
 * domain of an e-mail address in ASCII and in small letters, an opaque id trimmed. Throws
 * `invalid` at `path`, in words for the person who typed it. `country` (ISO 3166-1) is where
 * national spellings are from.
 */
export function normaliseAddress(
  kind: AddressKind,
  address: string,
  { path, country }: { path: string; country?: string | null },
): string {
  if (kind === "phoneNumber") return normalisePhoneNumber(address, path, country);
  if (kind === "email") return normaliseEmail(address, path);
  return normaliseOpaqueId(address, path);
}

/**
 * An address masked so that only its owner recognises it: `+44 •••• 0123`, `j•••@example.com`.
 */
export function maskAddress(kind: AddressKind, address: string): string {
  if (kind === "phoneNumber") {
    const country = parsePhoneNumberFromString(address)?.countryCallingCode;
    return `${country ? `+${country} ` : ""}•••• ${address.slice(-4)}`;
  }
  const at = address.lastIndexOf("@");
  if (kind === "email") return `${[...address][0]}•••${address.slice(at)}`;
  return `${address.slice(0, 1)}•••`;
}

function normaliseEmail(address: string, path: string): string {
  const normal = cleanEmail(address);
  const [, user = "", host = ""] = /^(.*)@(.*)$/s.exec(normal) ?? [];
  if (normal.length <= 254 && localPart.test(user) && domain.test(host)) return normal;
  throw invalid(
    path,
    "This does not look like an e-mail address. It should look like name@example.com.",
    "form.emailInvalid",
  );
}

function normaliseOpaqueId(address: string, path: string): string {
  const written = visibleText(address);
  if (/^[\x21-\x7e]{1,200}$/.test(written)) return written;
  throw invalid(path, "1 to 200 visible characters without spaces.");
}
