// A real SMTP server on a free port of 127.0.0.1, which keeps the mails that it accepts.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

type Options = NonNullable<ConstructorParameters<typeof SMTPServer>[0]>;

export type ReceivedMail = { raw: string; parsed: ParsedMail; from: string; to: string[] };

export type MailServer = {
  port: number;
  mails: ReceivedMail[];
  server: SMTPServer;
  /** How many connections were made. */
  connections(): number;
  end(): Promise<void>;
};

/** Starts one; without TLS and passwords, unless `options` say otherwise. */
export async function mailServer(options: Options = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 1,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const bytes = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          raw: bytes.toString("latin1"),
          parsed: await simpleParser(bytes),
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
        });
        callback();
      });
    },
    ...options,
  });
  // Clients that disconnect halfway are part of the tests.
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  server.server.on("connection", () => {
    connections += 1;
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    server,
    connections: () => connections,
    end: () => new Promise((done) => server.close(() => done())),
  };
}
