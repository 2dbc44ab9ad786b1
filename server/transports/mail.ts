// A message as a mail: plain text, and HTML where it was written in Markdown, with an unsubscribe
// link in headers and body, signed if there is a key.

import { domainToASCII } from "node:url";
import DKIM from "nodemailer/lib/dkim";
import MailComposer from "nodemailer/lib/mail-composer";
import type { SmtpSettings } from "../env/smtp.ts";
import { text } from "../texts/texts.ts";
import { type FooterLine, htmlOf } from "./mail-html.ts";
import type { Outgoing } from "./transport.ts";

/** A mail, whole, and what the server is told of it. */
export type Mail = { envelope: { from: string; to: string }; content: Buffer };

/** RFC 8058 requires both unsubscribe headers to be signed. */
const signedHeaders = [
  ...["From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"],
  ...["Content-Transfer-Encoding", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"],
  "Feedback-ID",
].join(":");

/** The address to which a mail unsubscribes whom this message is for. */
export type UnsubscribeAddress = (messageId: string) => string;

/** Writes mails from one sender. */
export function composer(
  { from, dkim, business }: SmtpSettings,
  unsubscribeAddress?: UnsubscribeAddress,
): (message: Outgoing) => Promise<Mail> {
  const signer =
    dkim &&
    new DKIM({
      domainName: dkim.domain,
      keySelector: dkim.selector,
      privateKey: dkim.privateKey,
      headerFieldNames: signedHeaders,
    });
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  const asciiDomain = domainToASCII(domain) || domain;
  return async (message) => {
    const { id, to, sender, title, body, requireOptIn, unsubscribeUrl } = message;
    const link = requireOptIn ? unsubscribeUrl : null;
    const address = requireOptIn ? unsubscribeAddress?.(id) : undefined;
    const waysOut = [
      ...(address ? [`<mailto:${address}?subject=unsubscribe>`] : []),
      ...(link ? [`<${link}>`] : []),
    ];
    const way = link ?? (address && `mailto:${address}`);
    const footer = requireOptIn ? footerOf(message, way, business) : [];
    const content = await new MailComposer({
      from,
      to: { name: "", address: to },
      // What we received at another address is answered under our own name, which SPF and DKIM
      // stand for.
      ...(sender && sender !== from.address && { replyTo: { name: from.name, address: sender } }),
      subject: oneLine(title ?? ""),
      text: withFooter(body, footer),
      html: htmlOf(message, footer),
      textEncoding: "quoted-printable",
      messageId: `<${id}@${asciiDomain}>`,
      ...(requireOptIn && {
        headers: {
          "List-Id": `<opt-in.${asciiDomain}>`,
          "Feedback-ID": `email:opt-in:kit:${asciiDomain}`,
          // Not folded: a folded address is not valid.
          ...(waysOut.length > 0 && {
            "List-Unsubscribe": { prepared: true, value: waysOut.join(", ") },
          }),
          ...(link && { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
        },
      }),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
      .compile()
      .build();
    const signed = signer ? await whole(signer.sign(content)) : content;
    return { envelope: { from: from.address, to }, content: signed };
  };
}

/** Who sends it, and the way out, each where the body does not name it itself. */
function footerOf(
  { body, language }: Outgoing,
  way: string | undefined,
  business: SmtpSettings["business"],
): FooterLine[] {
  return [
    ...(body.includes(business.address) ? [] : [{ text: `${business.name}, ${business.address}` }]),
    ...(way && !body.includes(way)
      ? [{ text: text(language ?? "en", "mail.unsubscribe"), href: way }]
      : []),
  ];
}

function withFooter(body: string, footer: readonly FooterLine[]): string {
  if (footer.length === 0) return body;
  const lines = footer.map(({ text, href }) => (href ? `${text}: ${href}` : text));
  return `${body.trimEnd()}\n\n${lines.join("\n")}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}|[\u2028\u2029]/gu, " ");
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
