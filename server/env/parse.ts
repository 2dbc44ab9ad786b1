// What a variable may say: each reads its text, and gives undefined where it is something else.

import { isIP } from "node:net";

/** `true` or `false`. */
export function trueOrFalse(text: string): boolean | undefined {
  return { true: true, false: false }[text];
}

/** A whole number in a range, its ends included. */
export function wholeNumber(smallest: number, largest: number) {
  return (text: string) =>
    /^\d{1,9}$/.test(text) && Number(text) >= smallest && Number(text) <= largest
      ? Number(text)
      : undefined;
}

/** The name of a host or a domain; some systems put underscores in theirs. */
export function hostName(text: string): string | undefined {
  return matching(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/)(text);
}

/** The name of a host, or an IP address. */
export function host(text: string): string | undefined {
  return isIP(text) ? text : hostName(text);
}

/** Text that fits a pattern. */
export function matching(pattern: RegExp) {
  return (text: string) => (pattern.test(text) ? text : undefined);
}

/** Visible ASCII of at least so many characters. */
export function visible(length: number) {
  return (text: string) =>
    /^[\x21-\x7e]+$/.test(text) && text.length >= length ? text : undefined;
}

/** One line of text, of at most 500 characters. */
export function line(text: string): string | undefined {
  return matching(/^\P{Cc}{1,500}$/u)(text);
}

/** An http or https address without login and fragment. */
export function httpAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash)
    return undefined;
  return url.href;
}

/** The same, without the slashes at its end. */
export function baseAddress(text: string): string | undefined {
  return httpAddress(text)?.replace(/\/+$/, "");
}
