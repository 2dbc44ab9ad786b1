// The country that a phone number belongs to.

import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/**
 * The country (ISO 3166-1) of a phone number in E.164: where several share its calling code and the
 * numbering plan does not tell which, the largest of them. Null where it belongs to none.
 */
export function countryOf(phoneNumber: string): string | null {
  const number = parsePhoneNumberFromString(phoneNumber);
  return number?.country ?? number?.getPossibleCountries()[0] ?? null;
}
