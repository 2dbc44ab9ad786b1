// Mail that comes in, as a gateway's fields or raw.

import { type ParsedMail, simpleParser } from "mailparser";
import { storableText } from "../storable.ts";
import { replyOf, subjectOf, textOfHtml } from "./mail-text.ts";
import type { InboundMessage } from "./receive.ts";

/** A mail's parts as a gateway hands them in. */
export type MailParts = {
  subject?: string | undefined;
  body: string;
  html?: string | undefined;
  /** What the header Auto-Submitted says (RFC 3834), or whether there is one. */
  autoSubmitted?: string | boolean | undefined;
};

type Read = Pick<InboundMessage, "body" | "said" | "meant" | "automatic">;

/**
 * What a mail says: its words without what it quotes, and its subject where that is the person's
 * own. A program's mail says nothing.
 */
export function readParts({ subject: written, body, html, autoSubmitted }: MailParts): Read {
  const subject = written ?? "";
  const text = body.trim() || html === undefined ? body : textOfHtml(html);
  const said = replyOf(text);
  const { text: about, isReply } = subjectOf(subject);
  // The subject of an answer is ours, unless there is nothing else.
  const counts = about !== "" && (!isReply || said === "");
  return {
    body:
      written === undefined && html === undefined
        ? body
        : storableText([subject.trim(), said || text.trim()].filter(Boolean).join("\n\n")),
    said: storableText(said),
    meant: counts ? { by: "subject", text: storableText(about) } : undefined,
    automatic: isAutomatic(autoSubmitted) || outOfOffice.some((one) => one.test(subject)),
  };
}

/**
 * The message in a raw mail. `envelope` is what SMTP said: whom it was for, and where failures go,
 * which for a program's mail is nowhere. A mail that is none, such as one with endless headers, is
 * from whom SMTP named, and says nothing.
 */
export async function readMail(
  raw: Buffer,
  envelope: { to?: string | undefined; returnPath?: string | undefined } = {},
): Promise<Pick<InboundMessage, "from" | "to" | "messageId"> & Read> {
  const options = { skipHtmlToText: true, skipTextToHtml: true };
  const mail = await simpleParser(raw, options).catch(() => undefined);
  if (mail === undefined) {
    const { to = "", returnPath = "" } = envelope;
    return { from: returnPath, to, messageId: null, ...readParts({ body: "" }) };
  }
  const read = readParts({
    subject: mail.subject ?? "",
    body: mail.text ?? "",
    html: mail.html || undefined,
    autoSubmitted: headerOf(mail, "auto-submitted"),
  });
  const returnPath = envelope.returnPath ?? headerOf(mail, "return-path");
  const isBounce = returnPath === "" || returnPath === "<>";
  return {
    ...read,
    automatic: read.automatic || isBounce || isOfProgram(mail),
    from: storableText(mail.from?.value[0]?.address ?? mail.from?.text ?? "").slice(0, 320),
    to: envelope.to ?? recipientOf(mail),
    messageId: storableText(mail.messageId ?? "").slice(0, 500) || null,
  };
}

/** How the subjects of out-of-office replies begin. */
const outOfOffice = [
  /^\s*(auto(matic)?[- ]?(reply|response)|out of (the )?office|automatische antwort|abwesen)/i,
  /^\s*(réponse automatique|absence|respuesta automática|fuera de (la )?oficina|fuori sede)/i,
  /^\s*(risposta automatica|resposta automática|automatisch antwoord|afwezig)/i,
  /^\s*(odpowiedź automatyczna|自動返信|自动回复)/i,
];

function isAutomatic(autoSubmitted: string | boolean | undefined): boolean {
  if (typeof autoSubmitted !== "string") return autoSubmitted === true;
  return !/^\s*(no\b|$)/i.test(autoSubmitted);
}

/** Mail of lists and programs, by the headers that they have in common. */
function isOfProgram(mail: ParsedMail): boolean {
  const has = (name: string) => headerOf(mail, name) !== undefined;
  return (
    mail.headers.has("list") ||
    ["x-autoreply", "x-autorespond", "x-failed-recipients", "feedback-id"].some(has) ||
    /^(bulk|junk|list|auto_reply)$/i.test(headerOf(mail, "precedence") ?? "") ||
    /multipart\/report/i.test(headerOf(mail, "content-type") ?? "")
  );
}

function recipientOf(mail: ParsedMail): string {
  const to = Array.isArray(mail.to) ? mail.to[0] : mail.to;
  const named = headerOf(mail, "delivered-to") ?? headerOf(mail, "x-original-to");
  return named ?? to?.value[0]?.address ?? "";
}

/** A header's text as it was sent; of several the first. */
function headerOf(mail: ParsedMail, name: string): string | undefined {
  const line = mail.headerLines.find(({ key }) => key === name)?.line;
  return line
    ?.slice(line.indexOf(":") + 1)
    .replace(/\r?\n\s+/g, " ")
    .trim();
}
