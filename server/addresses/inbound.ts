// The inbound address: which of our addresses received a message. It may be a short code or
// letters.

import { invalid } from "../errors.ts";
import { addressKinds, type Channel } from "../schemas/channels.ts";
import { cleanPhoneNumber, visibleText } from "./clean.ts";
import { normaliseAddress } from "./normalise.ts";
import { readSender } from "./phone-numbers.ts";

/**
 * The one spelling of an inbound address: E.164 for a phone number, a short code as it is, anything
 * else in small letters. Throws `invalid` at `path`.
 */
export function inboundAddress(channel: Channel, address: string, path: string): string {
  const written = visibleText(address);
  if (addressKinds[channel] === "email")
    return normaliseAddress("email", written, { path }).toLowerCase();
  const number = cleanPhoneNumber(written);
  if (addressKinds[channel] === "phoneNumber" && /^[\d\s+().\-/\u2010-\u2015]+$/.test(number)) {
    const digits = number.replace(/\D/g, "");
    if (/^\d{3,8}$/.test(digits) && !number.startsWith("+")) return digits;
    return readSender(number, null) ?? normaliseAddress("phoneNumber", number, { path });
  }
  if (/^[^\p{White_Space}\p{C}]+( [^\p{White_Space}\p{C}]+)*$/u.test(written))
    return written.toLowerCase();
  throw invalid(
    path,
    "One line of visible characters: a phone number, a short code, a name or an id.",
  );
}
