// The countries that phone numbers belong to.

import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { invalid } from "../errors.ts";

/**
 * The country (ISO 3166-1) of a phone number in E.164: where several share its calling code and the
 * numbering plan does not tell which, the largest of them. Null where it belongs to none.
 */
export function countryOf(phoneNumber: string): string | null {
  const number = parsePhoneNumberFromString(phoneNumber);
  return number?.country ?? number?.getPossibleCountries()[0] ?? null;
}

/**
 * Refuses a code (ISO 3166-1) that no country with phone numbers has, such as UK: a form would
 * serve nobody. Throws `invalid` at its path.
 */
export function requireCountries(
  countries: readonly string[],
  pathOf: (index: number) => string,
): void {
  const index = countries.findIndex((country) => !isSupportedCountry(country));
  if (index < 0) return;
  throw invalid(
    pathOf(index),
    `No country with phone numbers has the code ${countries[index]}. ISO 3166-1 says which it has: \
the United Kingdom has GB.`,
  );
}
