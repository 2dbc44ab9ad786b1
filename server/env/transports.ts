// The environment variables of the transports: which one each channel uses, and what each one
// needs.

import { createPrivateKey } from "node:crypto";
import type { Channel } from "../schemas/channels.ts";
import { CannotStart } from "./cannot-start.ts";
import { hostName, matching, trueOrFalse, wholeNumber } from "./parse.ts";

/**
 * What reads one variable: undefined where it is absent, `CannotStart` where `parse` gives
 * undefined.
 */
export type Read = <T>(
  name: string,
  parse: (text: string) => T | undefined,
  expected: string,
) => T | undefined;

export type TransportName = "outbox" | "smtp" | "twilio" | "webhook";

export type TransportSettings = {
  channels: Readonly<Record<Channel, TransportName>>;
  /** How many calls each transport may have under way at once. */
  connections: number;
  /** Each is there where a channel takes it. */
  smtp: SmtpSettings | undefined;
  twilio: TwilioSettings | undefined;
  webhook: WebhookSettings | undefined;
};

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

export type TwilioSettings = {
  url: string;
  accountSid: string;
  authToken: string;
  messagingServiceSid: string | undefined;
  fromSms: string | undefined;
  fromWhatsApp: string | undefined;
  /** What Twilio calls when a status changes; absent without PUBLIC_URL. */
  statusCallback: string | undefined;
};

export type WebhookSettings = {
  url: string;
  /** The bytes of the secret. */
  secret: Buffer;
  allowPrivate: boolean;
};

const variables: Record<Channel, [name: string, ...more: TransportName[]]> = {
  sms: ["TRANSPORT_SMS", "twilio"],
  whatsApp: ["TRANSPORT_WHATSAPP", "twilio"],
  email: ["TRANSPORT_EMAIL", "smtp"],
  rcs: ["TRANSPORT_RCS"],
  fbMessenger: ["TRANSPORT_FB_MESSENGER"],
  appMessaging: ["TRANSPORT_APP_MESSAGING"],
};

/** Reads what the chosen transports need; one that is chosen without it throws `CannotStart`. */
export function readTransports(read: Read, publicUrl: string | undefined): TransportSettings {
  const chosen = (channel: Channel): TransportName => {
    const [variable, ...more] = variables[channel];
    const names: TransportName[] = ["outbox", ...more, "webhook"];
    return read(variable, (text) => names.find((name) => name === text), oneOf(names)) ?? "outbox";
  };
  const channels = {
    sms: chosen("sms"),
    whatsApp: chosen("whatsApp"),
    email: chosen("email"),
    rcs: chosen("rcs"),
    fbMessenger: chosen("fbMessenger"),
    appMessaging: chosen("appMessaging"),
  };
  const users = (name: TransportName) => Object.values(channels).includes(name);
  const smtp = readSmtp(read);
  const twilio = readTwilio(read, publicUrl);
  const webhook = readWebhook(read);
  return {
    channels,
    connections:
      read("TRANSPORT_CONNECTIONS", wholeNumber(1, 100), "a whole number from 1 to 100") ?? 8,
    smtp: users("smtp") ? whole("smtp", smtp) : undefined,
    twilio: users("twilio") ? checkSenders(channels, whole("twilio", twilio)) : undefined,
    webhook: users("webhook") ? whole("webhook", webhook) : undefined,
  };
}

/** Settings of which some may be missing, by the name of the variable that would bring them. */
type Partly<Settings> = { settings: Settings; needed: Record<string, unknown> };

function whole<Settings>(
  transport: TransportName,
  { settings, needed }: Partly<Settings>,
): Settings {
  const missing = Object.keys(needed).filter((name) => needed[name] === undefined);
  if (missing.length === 0) return settings;
  throw new CannotStart(
    `${missing.join(", ")} must be set, because a channel is sent by ${transport}; set ${missing.length > 1 ? "them" : "it"}, or choose another transport.`,
  );
}

function readSmtp(read: Read): Partly<SmtpSettings> {
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

function readTwilio(read: Read, publicUrl: string | undefined): Partly<TwilioSettings> {
  const accountSid = read(
    "TWILIO_ACCOUNT_SID",
    matching(/^AC[0-9a-f]{32}$/i),
    "an id that begins with AC",
  );
  const authToken = read(
    "TWILIO_AUTH_TOKEN",
    matching(/^[\x21-\x7e]{16,}$/),
    "at least 16 visible ASCII characters",
  );
  const service = matching(/^MG[0-9a-f]{32}$/i);
  return {
    settings: {
      url:
        read("TWILIO_API_URL", baseAddress, "an https or http address") ?? "https://api.twilio.com",
      accountSid: accountSid as string,
      authToken: authToken as string,
      messagingServiceSid: read(
        "TWILIO_MESSAGING_SERVICE_SID",
        service,
        "an id that begins with MG",
      ),
      fromSms: read("TWILIO_FROM_SMS", line, "a phone number, a short code or a name"),
      fromWhatsApp: read(
        "TWILIO_FROM_WHATSAPP",
        matching(/^\+\d{7,15}$/),
        "a phone number such as +14155238886",
      ),
      statusCallback: publicUrl && `${publicUrl}/inbound/twilio/status`,
    },
    needed: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken },
  };
}

function checkSenders(
  channels: TransportSettings["channels"],
  twilio: TwilioSettings,
): TwilioSettings {
  const { fromSms, fromWhatsApp, messagingServiceSid: service } = twilio;
  const needed = {
    ...(channels.sms === "twilio" && {
      "TWILIO_FROM_SMS or TWILIO_MESSAGING_SERVICE_SID": fromSms ?? service,
    }),
    ...(channels.whatsApp === "twilio" && {
      "TWILIO_FROM_WHATSAPP or TWILIO_MESSAGING_SERVICE_SID": fromWhatsApp ?? service,
    }),
  };
  return whole("twilio", { settings: twilio, needed });
}

function readWebhook(read: Read): Partly<WebhookSettings> {
  const url = read("WEBHOOK_URL", httpAddress, "an https or http address");
  const secret = read("WEBHOOK_SECRET", webhookSecret, "whsec_ and 24 to 64 bytes in base64");
  const allowPrivate = read("WEBHOOK_ALLOW_PRIVATE", trueOrFalse, "true or false") ?? false;
  return {
    settings: { url: url as string, secret: secret as Buffer, allowPrivate },
    needed: { WEBHOOK_URL: url, WEBHOOK_SECRET: secret },
  };
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.join(", ")}`;
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

function webhookSecret(text: string): Buffer | undefined {
  const secret = Buffer.from(/^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? "", "base64");
  return secret.length >= 24 && secret.length <= 64 ? secret : undefined;
}

function httpAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash)
    return undefined;
  return url.href;
}

function baseAddress(text: string): string | undefined {
  return httpAddress(text)?.replace(/\/+$/, "");
}

function line(text: string): string | undefined {
  return matching(/^\P{Cc}{1,500}$/u)(text);
}
