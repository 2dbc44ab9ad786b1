// What of a message its sender wrote: not the tags of HTML, what is quoted, a signature or a
// subject's prefix.

import { foldAll } from "./fold.ts";
import { tables } from "./tables.ts";

/** In UTF-16 units; what is further in is not looked at. */
export const looked = 1_000;

const tags = /<\/?(?:html|body|head|div|p|br|span|b|i|u|em|strong|font|a|pre|center|big)\b[^>]*>/gi;
const entities = /&(?:nbsp|amp|quot|lt|gt|#\d{1,6});/gi;
const prefix = /^\s*(?:(?:re|aw|sv|fwd?|wg|rv|tr|rif|odp|回复|回覆|答复)\s*[:：]\s*)+/i;
const quotedLine = /^\s*[>|]/;
const quoteBegins =
  /^\s*(?:-{2,}\s*(?:original|forwarded|ursprüngliche|message d'origine|mensaje)|_{5,}|on\b.{5,80}\bwrote:|am\b.{5,80}\bschrieb\b.*:|le\b.{5,80}\ba écrit\s*:)/i;

const signatures = tables.flatMap(({ signatures }) => signatures.map(foldAll));
const reactions = tables.flatMap(({ reactions }) => reactions.map(foldAll));
const quotes = /["“”„«»「」『』]/u;
const closingQuote = /["“”»」』]\s*[.!。]?\s*$/u;
const onlyEmoji = /^[\p{Extended_Pictographic}\p{Emoji_Component}\s]+(?:to|zu|a|à|do|на)?\s*$/u;

/** The sender's own words among the first `looked` UTF-16 units. */
export function readable(body: string): string {
  const text = body.slice(0, looked).replace(tags, " ").replace(entities, " ").replace(prefix, "");
  const lines: string[] = [];
  for (const line of text.split(/\r\n?|\n/)) {
    if (quoteBegins.test(line)) break;
    if (!quotedLine.test(line)) lines.push(line);
  }
  while (lines.length > 1 && isSignature(lines.at(-1) ?? "")) lines.pop();
  return lines.join("\n");
}

/** Whether a phone sent this for its owner, who liked or questioned a message: `Liked “STOP”`. */
export function isReaction(text: string): boolean {
  const opening = text.search(quotes);
  if (opening < 0) return false;
  const before = text.slice(0, opening);
  const behind = text.slice(opening).split(quotes).at(-1)?.trim() ?? "";
  if (closingQuote.test(text) && onlyEmoji.test(before) && before.trim() !== "") return true;
  const says = foldAll(before).trim();
  const ends = foldAll(behind).trim();
  return reactions.some((reaction) => says.startsWith(reaction) || ends.startsWith(reaction))
    ? closingQuote.test(text) || ends !== ""
    : false;
}

function isSignature(line: string): boolean {
  const folded = foldAll(line)
    .trim()
    .replace(/^["'(*_\- ]+/, "");
  return folded === "" || signatures.some((signature) => folded.startsWith(signature));
}
