// A phone number in E.164, from any spelling that people, spreadsheets and gateways write.

import {
  type CountryCode,
  getCountryCallingCode,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import { invalid } from "../errors.ts";
import { cleanPhoneNumber } from "./clean.ts";

/**
 * The number in E.164. `country` (ISO 3166-1) is where national spellings are from. Throws
 * `invalid` at `path`, in words for the person who typed it.
 */
export function normalisePhoneNumber(
  address: string,
  path: string,
  country: string | null | undefined,
): string {
  const written = cleanPhoneNumber(address);
  if (/^\+?\d+([.,]\d+)?E\+?\d+$/i.test(written)) {
    throw invalid(
      path,
      "A spreadsheet has shortened this number, and its last digits are lost. Format the column as text, and enter the numbers again.",
      "form.phoneInvalid",
    );
  }
  const number = readNumber(written, country as CountryCode | undefined);
  if (number === "ambiguous") {
    throw invalid(
      path,
      "This may be a number of two countries. Write it with + and its country code, or with the zero in front.",
      "form.phoneCountry",
    );
  }
  if (number && isPossible(number)) return number.number;
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

/**
 * What a gateway names as a message's sender, in E.164: with or without the plus, or as people
 * write it in `country`. Undefined where it is no possible number.
 */
export function readSender(
  address: string,
  country: string | null | undefined,
): string | undefined {
  const written = cleanPhoneNumber(address);
  const national = parse(written, (country ?? undefined) as CountryCode | undefined);
  if (!/^[1-9]\d{6,14}$/.test(written)) return e164(national);
  const abroad = parse(`+${written}`);
  // A gateway leaves the plus away far more often than the country's code: what has both readings
  // is national only where it has the form of a mobile number there and is none abroad.
  const isNational =
    national !== undefined &&
    abroad?.countryCallingCode !== national.countryCallingCode &&
    (national.countryCallingCode === "1"
      ? isPossible(national)
      : /MOBILE/.test(national.getType() ?? "") && !abroad?.isValid());
  return isNational ? e164(national) : (e164(abroad) ?? e164(national));
}

function e164(number: PhoneNumber | undefined): string | undefined {
  return number && isPossible(number) ? number.number : undefined;
}

function readNumber(
  written: string,
  country: CountryCode | undefined,
): PhoneNumber | "ambiguous" | undefined {
  const national = parse(written, country);
  // Digits alone: national without its zero, or international without its plus.
  if (!country || !/^[1-9]\d{10,14}$/.test(written.replace(/[\s().-]/g, ""))) return national;
  if (national && isPossible(national) && national.getType() === "MOBILE") return national;
  const abroad = parse(`+${written}`);
  if (!abroad || !isPossible(abroad)) return national;
  if (abroad.countryCallingCode === getCountryCallingCode(country)) return abroad;
  return national && isPossible(national) ? "ambiguous" : abroad;
}

function parse(written: string, defaultCountry?: CountryCode): PhoneNumber | undefined {
  // Mexico's mobiles had a 1 after the country's code, which was given up and is still written.
  const current = written.replace(/^(\+\s*52[\s-]*)1[\s-]*(?=(?:[\s-]*\d){10}$)/, "$1");
  const options = { ...(defaultCountry ? { defaultCountry } : {}), extract: false };
  const number = parsePhoneNumberFromString(current, options);
  return number?.ext ? undefined : number;
}

/**
 * Whether it has the form of a number. Numbering plans run ahead of what the library knows, so that
 * not all of them are valid to it; what nobody has is refused: the same digit all over, a row of
 * digits, and in North America an area that begins with 0 or 1.
 */
function isPossible(number: PhoneNumber): boolean {
  if (!number.isPossible()) return false;
  const digits = number.nationalNumber;
  if (number.countryCallingCode === "1" && !/^[2-9]\d{2}[2-9]\d{6}$/.test(digits)) return false;
  return number.isValid() || !(/^(\d)\1+$/.test(digits) || "01234567890123456789".includes(digits));
}
