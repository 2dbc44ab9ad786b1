// One connection to an SMTP server, and what its answers mean.

import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpSettings } from "../env/smtp.ts";
import type { Mail } from "./mail.ts";
import type { Outcome } from "./transport.ts";

/**
 * Milliseconds until a mail has its connection, that a server may be silent, and until a mail is
 * done.
 */
export type SmtpPatience = { start: number; silence: number; answer: number };

type SmtpError = {
  code?: string | undefined;
  originalCode?: string | undefined;
  response?: string | undefined;
  responseCode?: number | undefined;
};

/**
 * Connects, greets and logs in; rejects with what the server or the network said. An idle
 * connection ends by itself.
 */
export function open(
  { host, port, secure, login }: SmtpSettings,
  { silence }: SmtpPatience,
): Promise<SMTPConnection> {
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    // A password is never shown to whoever listens, also where somebody in between hides the offer
    // of TLS.
    requireTLS: Boolean(login) && !secure && !isThisMachine(host),
    connectionTimeout: silence,
    greetingTimeout: silence,
    dnsTimeout: silence,
    socketTimeout: silence,
    socketCloseTimeout: 1000,
  });
  return new Promise((done, fail) => {
    const failed = (error: Error) => {
      fail(error);
      connection.close();
    };
    connection.on("error", failed);
    connection.once("end", () => fail(new Error("The connection ended.")));
    connection.connect((error) => {
      if (error) return failed(error);
      if (!login) return done(connection);
      const { user, password } = login;
      connection.login({ credentials: { user, pass: password } }, (refused) => {
        if (refused) failed(refused);
        else done(connection);
      });
    });
  });
}

/** Sends one mail on an open connection, which stays open unless it broke. Never rejects. */
export function deliver(
  connection: SMTPConnection,
  mail: Mail,
  patience: number,
): Promise<Outcome> {
  const content = Readable.from([mail.content]);
  return new Promise((done) => {
    const end = (error: SmtpError | null) => {
      clearTimeout(timer);
      // Once a byte of the mail is on its way, silence does not tell whether it was accepted.
      if (error)
        done({ ...refusalOf(error, mail), status: statusOf(error, content.readableDidRead) });
      else done({ status: "sent" });
    };
    const timer = setTimeout(() => {
      end({ code: "no answer in time" });
      connection.close();
    }, patience);
    connection.send({ ...mail.envelope }, content, end);
  });
}

/** What was wrong, in the server's words but without the person's address. */
export function refusalOf(error: unknown, { envelope: { to } }: Mail): { reason: string } {
  const { response, originalCode, code } = error as SmtpError;
  const said = response ?? originalCode ?? code ?? "broken connection";
  const [user = ""] = to.split("@");
  const words = said
    .replaceAll(
      new RegExp(`(?<![\\p{L}\\p{N}])(${pattern(to)}|${pattern(user)})(?![\\p{L}\\p{N}])`, "giu"),
      "[address]",
    )
    .replace(/[^\s<>()"']+@[^\s<>()"']+/g, "[address]")
    .replace(/[\p{Cc}\s]+/gu, " ");
  return { reason: `SMTP: ${words.slice(0, 200)}` };
}

function statusOf(
  { responseCode, code }: SmtpError,
  underWay: boolean,
): "retry" | "failed" | "unknown" {
  if (responseCode) return responseCode >= 500 ? "failed" : "retry";
  if (underWay) return "unknown";
  // Refused before it was offered: too large for this server, or an address that SMTP cannot carry.
  return code === "EENVELOPE" || code === "EMESSAGE" ? "failed" : "retry";
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
}

function pattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
