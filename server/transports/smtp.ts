// SMTP: a few connections, each kept and with one mail at a time on it.

import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpSettings } from "../env/smtp.ts";
import { deadline } from "./deadline.ts";
import { composer, type Mail, type UnsubscribeAddress } from "./mail.ts";
import { deliver, open, refusalOf, type SmtpPatience } from "./smtp-connection.ts";
import type { Hold, Outcome, Outgoing, Transport } from "./transport.ts";

const usualPatience: SmtpPatience = { start: 1000, silence: 30_000, answer: 60_000 };

/**
 * Sends mail by one server. SMTP knows no idempotency key, so a call of unknown outcome is never
 * repeated.
 */
export function smtp(
  settings: SmtpSettings,
  {
    connections,
    patience = usualPatience,
    unsubscribeAddress,
  }: {
    connections: number;
    patience?: SmtpPatience;
    unsubscribeAddress?: UnsubscribeAddress | undefined;
  },
): Transport {
  const compose = composer(settings, unsubscribeAddress);
  const lines = Array.from({ length: connections }, () => line(settings, { compose, patience }));
  return {
    name: "smtp",
    repeatable: false,
    free: () => lines.filter(({ isFree }) => isFree()).length,
    async begin(message, hold) {
      const free = lines.find(({ isFree }) => isFree());
      return free
        ? free.send(message, hold)
        : { status: "retry", reason: "SMTP: no free connection" };
    },
    async close() {
      for (const { close } of lines) close();
    },
  };
}

/**
 * A place for one connection, opened by its first mail. A mail that has none within a second is
 * given up before anything of it was sent, however long the server takes to let us in; the next one
 * finds the connection.
 */
function line(
  settings: SmtpSettings,
  { compose, patience }: { compose: (message: Outgoing) => Promise<Mail>; patience: SmtpPatience },
) {
  let connection: SMTPConnection | undefined;
  let opening = false;
  let busy = false;

  const connect = async () => {
    opening = true;
    try {
      const opened = await open(settings, patience);
      connection = opened;
      opened.once("end", () => {
        connection = undefined;
      });
    } finally {
      opening = false;
    }
  };

  const attempt = async (message: Outgoing, hold?: Hold): Promise<Outcome> => {
    const latest = deadline(patience.start);
    const mail = await compose(message).catch(() => undefined);
    if (!mail) return { status: "failed", reason: "The mail could not be written." };
    try {
      if (!connection) await within(patience.start, connect());
    } catch (error) {
      return { ...refusalOf(error, mail), status: "retry" };
    }
    // Check the clock, too: in a process that was paused, the hold may have ended in the meantime.
    if (!connection || latest.isPast() || hold?.until.isPast() || hold?.lost.aborted)
      return { status: "retry", reason: "SMTP: no connection in time" };
    const delivered = deliver(connection, mail, patience.answer);
    hold?.begun();
    return delivered;
  };

  /** Forgets what was refused, so that nothing of it is there for the next mail. */
  const reset = async () => {
    const used = connection;
    if (!used) return;
    await new Promise<void>((done) => {
      used.once("end", done);
      used.reset((error) => {
        if (error) used.close();
        done();
      });
    });
  };

  return {
    isFree: () => !busy && !opening,
    async send(message: Outgoing, hold?: Hold): Promise<Outcome> {
      busy = true;
      const outcome = await attempt(message, hold);
      const cleared = outcome.status === "sent" ? undefined : reset();
      if (cleared) cleared.then(() => (busy = false));
      else busy = false;
      return outcome;
    },
    close: () => connection?.close(),
  };
}

/** Waits for `work` for so many milliseconds, and no longer. */
async function within(patience: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((done) => {
    timer = setTimeout(done, patience);
  });
  // A later failure is ignored.
  work.catch(() => {});
  await Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}
