// The environment variables of the transport by SMTP.

import { createPrivateKey } from "node:crypto";
import { hostName, line } from "./parse.ts";
import type { Partly, Read } from "./read.ts";

export type SmtpSettings = {
  host: string;
  port: number;
  /** TLS from the first byte; else STARTTLS where the server offers it. */
  secure: boolean;
  login: { user: string; password: string } | undefined;
  from: { name: string; address: string };
  dkim: { domain: string; selector: string; privateKey: string } | undefined;
  business: { name: string; address: string };
};

/** Reads them all. */
export function readSmtp(read: Read): Partly<SmtpSettings> {
  const server = read(
    "SMTP_URL",
    smtpServer,
    "like smtp://user:password@mail.example.com:587, or smtps://",
  );
  const from = read("SMTP_FROM", mailbox, "like Corner Café <hello@example.com>");
  const domain = read("DKIM_DOMAIN", hostName, "a domain");
  const selector = read("DKIM_SELECTOR", hostName, "a selector");
  const privateKey = read(
    "DKIM_PRIVATE_KEY",
    pem,
    "an RSA private key in PEM, its line ends perhaps written \\n",
  );
  const name = read("BUSINESS_NAME", line, "one line of text");
  const address = read("BUSINESS_ADDRESS", line, "one line of text");
  const dkim = domain && selector && privateKey ? { domain, selector, privateKey } : undefined;
  const all = { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_PRIVATE_KEY: privateKey };
  return {
    settings: {
      ...(server as NonNullable<typeof server>),
      from: from as NonNullable<typeof from>,
      dkim,
      business: { name: name as string, address: address as string },
    },
    needed: {
      SMTP_URL: server,
      SMTP_FROM: from,
      BUSINESS_NAME: name,
      BUSINESS_ADDRESS: address,
      ...(domain || selector || privateKey ? all : {}),
    },
  };
}

function smtpServer(
  text: string,
): Pick<SmtpSettings, "host" | "port" | "secure" | "login"> | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname || url.search || url.hash)
    return undefined;
  const secure = url.protocol === "smtps:";
  try {
    return {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (secure ? 465 : 587),
      secure,
      login: url.username
        ? { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
        : undefined,
    };
  } catch {
    return undefined;
  }
}

function mailbox(text: string): SmtpSettings["from"] | undefined {
  const [, name = "", inside, alone] =
    /^(?:"?([^"<>\p{Cc}]*?)"?\s*<([^\s<>@]+@[^\s<>@]+)>|([^\s<>@]+@[^\s<>@]+))$/u.exec(text) ?? [];
  const address = inside ?? alone;
  return address ? { name: name.trim(), address } : undefined;
}

function pem(text: string): string | undefined {
  const key = text.replaceAll("\\n", "\n");
  try {
    return createPrivateKey(key).asymmetricKeyType === "rsa" ? key : undefined;
  } catch {
    return undefined;
  }
}
