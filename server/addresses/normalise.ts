// Addresses: one spelling for each, so that two spellings never become two people.

import type { CountryCode } from "libphonenumber-js/max";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import * as v from "valibot";
import { invalid } from "../errors.ts";
import type { AddressKind } from "../schemas/channels.ts";

const mailbox = v.pipe(
  v.string(),
  v.maxLength(254),
  v.rfcEmail(),
  v.regex(/^(?!\.)(?!.*\.\.)[^@]{1,64}(?<!\.)@[^@]+\.[^@.]+$/),
);

/**
 * The one spelling of an address: E.164 for a phone number, a lower-cased domain for an e-mail
 * address, trimmed for an opaque id. Throws `invalid` at `path`, in words for the person who typed
 * it. `country` (ISO 3166-1) is where national spellings are from.
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

function normalisePhoneNumber(
  address: string,
  path: string,
  country: string | null | undefined,
): string {
  const written = address
    .normalize("NFKC")
    // A number copied from a contact list may be wrapped in invisible direction marks.
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^00(?=[1-9])/, "+");
  const number = parsePhoneNumberFromString(written, {
    ...(country ? { defaultCountry: country as CountryCode } : {}),
    extract: false,
  });
  if (number?.isPossible() && !number.ext) return number.number;
  if (!written.startsWith("+") && !country) {
    throw invalid(
      path,
      "Write the phone number with its country code, such as +44 7700 900123.",
      "form.phoneCountry",
    );
  }
  throw invalid(
    path,
    "This does not look like a phone number. Check the digits, and add the country code if it is from another country.",
    "form.phoneInvalid",
  );
}

function normaliseEmail(address: string, path: string): string {
  const written = address.trim();
  const at = written.lastIndexOf("@");
  const normal = written.slice(0, at + 1) + written.slice(at + 1).toLowerCase();
  if (at > 0 && v.is(mailbox, normal)) return normal;
  throw invalid(
    path,
    "This does not look like an e-mail address. It should look like name@example.com.",
    "form.emailInvalid",
  );
}

function normaliseOpaqueId(address: string, path: string): string {
  const written = address.trim();
  if (/^[\x21-\x7e]{1,200}$/.test(written)) return written;
  throw invalid(path, "1 to 200 visible characters without spaces.");
}
