// Kinds of phone numbers: which of them a person can be asked on, on each channel.

import { type NumberType, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { invalid } from "../errors.ts";
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
 * Refuses a number (E.164) that a channel cannot reach a person on, or only at a price that a
 * stranger may earn from: premium rate, satellite and their like everywhere, landlines for texts.
 * It goes by the numbering plan alone, so that the answer tells nothing of who is known; a number
 * that the plan does not know passes. Throws `invalid` at `path`.
 */
export function requireReachable(channel: Channel, address: string, path: string): void {
  const number = parsePhoneNumberFromString(address);
  if (!number) return;
  const type = number.getType();
  // Satellites, global networks and global premium numbers have calling codes of no country.
  const isRefused = number.isNonGeographic() || refused.includes(type);
  if (!isRefused && (channel === "whatsApp" || !withoutTexts.includes(type))) return;
  throw invalid(
    path,
    "This kind of phone number cannot get these messages. Write a mobile number.",
    "form.phoneMobile",
  );
}
