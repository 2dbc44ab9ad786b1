// The SMTP listener: mail that the MX of a domain of ours hands over.

import { once } from "node:events";
import type { Logger } from "pino";
import { SMTPServer } from "smtp-server";
import type { Sql } from "../database/connect.ts";
import { CannotStart } from "../env/cannot-start.ts";
import { loggable } from "../loggable.ts";
import { readMail } from "./mail.ts";
import { receiveMessage } from "./receive.ts";

const maxBytes = 10 * 1024 * 1024;

type Settings = { port: number; host: string; inboundEmail: string };

/**
 * Takes mail for the domain of `inboundEmail`, and no other. A mail is accepted once it is stored;
 * what fails is answered so that the sender's server tries again. Throws `CannotStart`.
 */
export async function listenForMail(
  { port, host, inboundEmail }: Settings,
  { sql, poke, log }: { sql: Sql; poke: () => void; log: Logger },
): Promise<{ port: number; close(): Promise<void> }> {
  const domain = domainOf(inboundEmail);
  const server = new SMTPServer({
    banner: "Opt-in Kit",
    // A certificate would be needed for the first, and whoever may log in could send elsewhere.
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    logger: false,
    size: maxBytes,
    maxClients: 100,
    socketTimeout: 60_000,
    closeTimeout: 1000,
    onRcptTo({ address }, _session, callback) {
      if (domainOf(address) === domain) return callback();
      callback(smtpError(550, "No such mailbox here"));
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk);
      });
      stream.on("end", async () => {
        if (stream.sizeExceeded) return callback(smtpError(552, "The mail is too large"));
        const { mailFrom, rcptTo } = envelope;
        const returnPath = mailFrom ? mailFrom.address : "";
        try {
          const mail = await readMail(Buffer.concat(chunks), {
            to: rcptTo[0]?.address,
            returnPath,
          });
          const { inbound } = await receiveMessage(sql, {
            ...mail,
            provider: "smtp",
            channel: "email",
          });
          if (inbound.reply !== null) poke();
          callback();
        } catch (error) {
          log.error(loggable(error as Error), "a mail could not be taken");
          callback(smtpError(451, "Try again later"));
        }
      });
    },
  });
  // A client that goes away in the middle.
  server.on("error", (error) => log.debug(loggable(error), "SMTP"));
  server.listen(port, host);
  await once(server.server, "listening").catch(() => {
    throw new CannotStart(`INBOUND_SMTP_PORT ${port} is taken or not allowed: set another.`);
  });
  const address = server.server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
