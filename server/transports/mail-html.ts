// A body written in Markdown as the HTML of a mail. Nothing passes but what Markdown itself makes:
// tags in the text stand there as text, links lead to the web or a mailbox, pictures are their
// words.

import { Marked } from "marked";
import { directionOf } from "../texts/language.ts";
import type { Outgoing } from "./transport.ts";

const markdown = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: escaped,
    image: (_address, _title, words) => escaped(words),
    link: (address, _title, words) =>
      /^(https?:\/\/|mailto:|tel:)/i.test(address)
        ? `<a href="${escaped(address)}">${words}</a>`
        : words,
  },
});

/** A line below the text; with a link where it has an address. */
export type FooterLine = { text: string; href?: string | undefined };

/** The whole page; undefined where the message has no Markdown. */
export function htmlOf(
  { markdown: written, language = "en" }: Outgoing,
  footer: readonly FooterLine[],
): string | undefined {
  if (written === undefined) return undefined;
  const lines = footer.map(({ text, href }) =>
    href === undefined ? escaped(text) : `<a href="${escaped(href)}">${escaped(text)}</a>`,
  );
  const below = lines.length === 0 ? "" : `<hr>\n<p><small>${lines.join("<br>\n")}</small></p>\n`;
  return `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<meta charset="utf-8">
<body style="font-family: sans-serif; line-height: 1.5">
${markdown.parse(written)}${below}</body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
