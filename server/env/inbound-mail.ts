// The environment variables of mail that comes in.

import { CannotStart } from "./cannot-start.ts";
import { matching, wholeNumber } from "./parse.ts";
import type { Read } from "./read.ts";

export type InboundMail = {
  /** Our address for mail from people; absent: mails name none to unsubscribe by. */
  email: string | undefined;
  /** Where the SMTP listener takes mail for the domain of `email`; absent: it is off. */
  smtpPort: number | undefined;
};

/** So that a mailbox with a sealed id after it has 64 characters at most. */
const mailbox = /^[A-Za-z0-9._-]{1,24}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}$/;

/** Reads them; a listener without an address throws `CannotStart`. */
export function readInboundMail(read: Read): InboundMail {
  const email = read(
    "INBOUND_EMAIL",
    matching(mailbox),
    "an address such as hello@in.example.com, of 24 characters at most before the @",
  );
  const smtpPort = read(
    "INBOUND_SMTP_PORT",
    wholeNumber(0, 65_535),
    "a whole number from 0 to 65535",
  );
  if (smtpPort !== undefined && email === undefined)
    throw new CannotStart("INBOUND_SMTP_PORT takes the mail of INBOUND_EMAIL: set that, too.");
  return { email: email?.toLowerCase(), smtpPort };
}
