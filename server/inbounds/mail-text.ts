// What a person wrote in a mail: the text of its HTML, without what is quoted and signed.

import { compile } from "html-to-text";

/** A person's words stand at the beginning; a page of marketing below them is not read. */
const longestHtml = 100_000;

const skipped = [
  ...["blockquote", "img", "style", "script", "div.gmail_quote", "div.yahoo_quoted"],
  ...["div.gmail_signature", "div#divRplyFwdMsg", "div#appendonsend", "div.moz-signature"],
].map((selector) => ({ selector, format: "skip" }));

const convert = compile({
  wordwrap: false,
  selectors: [...skipped, { selector: "a", options: { ignoreHref: true } }],
});

/** The text of a mail's HTML, without the mail that it answers. */
export function textOfHtml(html: string): string {
  const read = html.slice(0, longestHtml);
  try {
    return convert(read);
  } catch (error) {
    // Nested deeper than the stack goes.
    if (error instanceof RangeError) return withoutTags(read);
    throw error;
  }
}

const answered = /<blockquote|gmail_quote|yahoo_quoted|divRplyFwdMsg|appendonsend/i;

/** What stands above the mail that it answers, without tags, in one pass. */
function withoutTags(html: string): string {
  const [above = ""] = html.split(answered, 1);
  const words = above
    .split(/<(?=style|script)/i)
    .map((part) => part.replace(/^(style|script)[^<]*/i, ""))
    .join("");
  return words
    .replace(/<\/?(p|div|br|li|tr|h\d)\b[^<>]*>/gi, "\n")
    .replace(/<[^<>]*>/g, "")
    .replace(/&nbsp;/gi, " ")
    .replace(/\n\s*\n/g, "\n");
}

/** Where the mail below or above begins that this one answers. */
const divider =
  /^\s*(-{2,}\s*\S.{0,60}\S\s*-{2,}|_{10,}|(From|Von|De|Da|Van|Od|Från|Fra)\s?:\s.*@.*)\s*$/i;

/** `On Wed, Ann <ann@example.com> wrote:`, in its many languages, perhaps in two lines. */
const attribution = /(<[^<>\s]+@[^<>\s]+>|\d).{0,60}:\s*$|[:：]\s*$/u;
const wrote =
  /\b(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|napisał(\(a\))?|skrev)\b|写道|のメール|كتب|пише/iu;

const signatures = [
  /^-- ?$/,
  /^(Sent|Get) (from|with) (my |Outlook|Yahoo|Mail)/i,
  /^(Von meinem .* gesendet|Gesendet (von|mit)|Envoyé (de|depuis) |Enviado (desde|do) )/i,
  /^(Inviato da|Verzonden (met|vanaf)|Wysłane z)/i,
];

/** What stands above signatures and quoted lines, and between the latter. */
export function replyOf(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (divider.test(line) || signatures.some((one) => one.test(line.trim()))) break;
    if (/^\s*>/.test(line)) {
      // The line that says whose words are quoted goes with them.
      while (kept.length > 0 && (kept.at(-1)?.trim() === "" || isAttribution(kept.slice(-2))))
        kept.pop();
      continue;
    }
    if (isAttribution([line]) || isAttribution([line, lines[index + 1] ?? ""])) {
      if (isQuoted(lines.slice(index + 1))) continue;
      break;
    }
    kept.push(line);
  }
  return kept.join("\n").trim();
}

function isAttribution(lines: string[]): boolean {
  const joined = lines.join(" ");
  return attribution.test(joined) && wrote.test(joined);
}

/** Whether quoted lines follow, behind which the person may go on. */
function isQuoted(lines: string[]): boolean {
  const [first = "", second = ""] = lines.filter((line) => line.trim() !== "");
  return /^\s*>/.test(first) || /^\s*>/.test(second);
}

/** A subject without `Re:` and its like, and whether it had any. */
export function subjectOf(subject: string): { text: string; isReply: boolean } {
  const text = subject.replace(
    /^(\s*(re|aw|sv|vs|rv|res|odp|antw|ref|r|回复|答复|رد|返信)(\[\d+\])?\s*[:：]\s*)+/iu,
    "",
  );
  return { text: text.trim(), isReply: text !== subject };
}
