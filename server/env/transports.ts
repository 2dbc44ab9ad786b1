// The environment variables that say which transport each channel uses; each transport's own stand
// in its file.

import { channel as anyChannel, type Channel } from "../schemas/channels.ts";
import { wholeNumber } from "./parse.ts";
import { type Read, whole } from "./read.ts";
import { readSmtp, type SmtpSettings } from "./smtp.ts";
import { checkSenders, readTwilio, type TwilioSettings } from "./twilio.ts";
import { readWebhook, type WebhookSettings } from "./webhook.ts";

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
  const channels = Object.fromEntries(
    anyChannel.options.map((channel) => [channel, chosen(channel)]),
  ) as TransportSettings["channels"];
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

function oneOf(names: readonly string[]): string {
  return `one of ${names.join(", ")}`;
}
