// Kinds of phone numbers: which of them a person can be asked on, on each channel.

import { type NumberType, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { invalid, type Problem } from "../errors.ts";
import type { Channel } from "../schemas/channels.ts";

/** Whoever calls or texts these pays for it, or reaches a machine: no channel takes them. */
const refused: readonly NumberType[] = [
  "PREMIUM_RATE",
  "SHARED_COST",
  "PERSONAL_NUMBER",
  "PAGER",
  "UAN",
  "VOICEMAIL",
];

/** These ring and get no text. WhatsApp takes them: it can be set up by a call. */
const withoutTexts: readonly NumberType[] = ["FIXED_LINE", "TOLL_FREE"];

/**
 * Whether a person can be asked on a channel at a number (E.164), and not only at a price that a
 * stranger may earn from: never at premium rate, satellite and their like, nor by a text at a
 * landline. It goes by the numbering plan alone, so that the answer tells nothing of who is known;
 * a number that the plan does not know can be.
 */
export function isReachable(channel: Channel, phoneNumber: string): boolean {
  const number = parsePhoneNumberFromString(phoneNumber);
  if (!number) return true;
  const type = number.getType();
  // Satellites, global networks and global premium numbers have calling codes of no country.
  if (number.isNonGeographic() || refused.includes(type)) return false;
  return channel === "whatsApp" || !withoutTexts.includes(type);
}

/** The problem of a number at which nobody can be asked. */
export function notReachable(path: string): Problem {
  return invalid(
    path,
    "This kind of phone number cannot get these messages. Write a mobile number.",
    "form.phoneMobile",
  );
}
