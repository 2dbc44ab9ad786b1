// What people and programs paste around an address, taken away: in one place, for every way in.

import { domainToASCII } from "node:url";

/** `mailto:`, `tel:`, `whatsapp:` and what exports of advertisements write, such as `p:`. */
const scheme = /^[a-z-]{1,12}:\s*/i;
const quotes = "\"'`´\u2018-\u201f\u2039\u203a\u00ab\u00bb";
const around = new RegExp(`^[\\s${quotes},;:]+|[\\s${quotes}.,;:]+$`, "gu");

/**
 * Text as the person sees it: full-width letters as plain ones, without invisible characters, and
 * without the quotes and the formula in which spreadsheets wrap it.
 */
export function visibleText(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "")
    .trim()
    .replace(/^=(?=["+\d])/, "");
}

/** The mailbox in what was written, its domain in ASCII; it may still be none. */
export function cleanEmail(written: string): string {
  const text = visibleText(written);
  const [, inside = text] = /<([^<>]*)>[\s.,;]*$/.exec(text) ?? [];
  const bare = inside
    .replace(around, "")
    .replace(/^mailto:([^?]*).*$/is, "$1")
    .replace(scheme, "")
    .replace(/\s*\([^()]*\)$/, "")
    .replace(around, "")
    .replaceAll("\u3002", ".");
  const at = bare.lastIndexOf("@");
  return bare.slice(0, at + 1) + asciiDomain(bare.slice(at + 1));
}

/** The phone number in what was written; it may still be none. */
export function cleanPhoneNumber(written: string): string {
  return (
    visibleText(written)
      .replace(/\p{Nd}/gu, digitOf)
      .replace(around, "")
      .replace(scheme, "")
      // How WhatsApp's own clients and their gateways name a person, and SIP a phone.
      .replace(/(?<=\d)(?::\d+)?(?:@[a-z.]+)?(?:;[a-z-]+=.*)?$/i, "")
      // A spreadsheet that took it for a number.
      .replace(/(?<=^\+?\d[\d\s()-]{4,})\.0+$/, "")
      .replace(/^\(\s*((?:\+|0\s*0)[\s\d]*)\)/, "$1 ")
      .replace(/^\+?\s*0\s*0[\s-]*(?=[1-9])|^\+[\s+]*/, "+")
      .replace(around, "")
  );
}

/** A digit of any script; each script has its ten in a row. */
function digitOf(written: string): string {
  let digit = 0;
  const code = written.codePointAt(0) as number;
  while (digit < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - digit - 1))) digit++;
  return String(digit);
}

/** `domainToASCII` also decodes percents and takes a number for an IP address: neither is meant. */
function asciiDomain(domain: string): string {
  const isPlain = !/[^\p{L}\p{M}\p{N}.-]/u.test(domain);
  return (isPlain && domainToASCII(domain.replace(/\.$/, ""))) || domain.toLowerCase();
}
