// A message as a mail: plain text, with an unsubscribe link in headers and body, signed if there is
// a key.

import { domainToASCII } from "node:url";
import DKIM from "nodemailer/lib/dkim";
import MailComposer from "nodemailer/lib/mail-composer";
import type { SmtpSettings } from "../env/smtp.ts";
import { text } from "../texts/texts.ts";
import type { Outgoing } from "./transport.ts";

/** A mail, whole, and what the server is told of it. */
export type Mail = { envelope: { from: string; to: string }; content: Buffer };

/** RFC 8058 requires both unsubscribe headers to be signed. */
const signedHeaders =
  "From:Reply-To:To:Subject:Date:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding:List-Unsubscribe:List-Unsubscribe-Post";

/** Writes mails from one sender. */
export function composer({
  from,
  dkim,
  business,
}: SmtpSettings): (message: Outgoing) => Promise<Mail> {
  const signer =
    dkim &&
    new DKIM({
      domainName: dkim.domain,
      keySelector: dkim.selector,
      privateKey: dkim.privateKey,
      headerFieldNames: signedHeaders,
    });
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  return async (message) => {
    const { id, to, sender, title, requireOptIn, unsubscribeUrl } = message;
    const wayOut = requireOptIn ? unsubscribeUrl : null;
    const content = await new MailComposer({
      from,
      to: { name: "", address: to },
      // What we received at another address is answered under our own name, which SPF and DKIM
      // stand for.
      ...(sender && sender !== from.address && { replyTo: { name: from.name, address: sender } }),
      subject: oneLine(title ?? ""),
      text: wayOut ? withWayOut(message.body, { wayOut, business }) : message.body,
      textEncoding: "quoted-printable",
      messageId: `<${id}@${domainToASCII(domain) || domain}>`,
      ...(wayOut && {
        headers: {
          // Not folded: a folded address is not valid.
          "List-Unsubscribe": { prepared: true, value: `<${wayOut}>` },
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
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

/** The body, and a footer where it does not name the link itself. */
function withWayOut(
  body: string,
  { wayOut, business }: { wayOut: string; business: SmtpSettings["business"] },
): string {
  if (body.includes(wayOut)) return body;
  return `${body.trimEnd()}\n\n${business.name}, ${business.address}\n${text("en", "mail.unsubscribe")}: ${wayOut}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}|[\u2028\u2029]/gu, " ");
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
