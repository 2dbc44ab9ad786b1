// Twilio's webhook for messages that come in.

import { isSameText } from "../links/seals.ts";
import type { Channel } from "../schemas/channels.ts";
import { storableText } from "../storable.ts";
import type { InboundMessage } from "./receive.ts";
import { sign } from "./signatures.ts";

/**
 * Whether Twilio signed this request, for the address that it called; it may have called it with or
 * without the usual port.
 */
export function isFromTwilio({
  authToken,
  url,
  parameters,
  signature,
}: {
  authToken: string;
  url: string;
  parameters: URLSearchParams;
  signature: string;
}): boolean {
  // Sorted by name, and each pair once: so does Twilio's own library.
  const pairs = [
    ...new Set(Array.from(parameters, ([name, value]) => JSON.stringify([name, value]))),
  ]
    .map((pair) => JSON.parse(pair) as [string, string])
    .sort(
      ([name, value], [otherName, otherValue]) =>
        compare(name, otherName) || compare(value, otherValue),
    )
    .flat()
    .join("");
  const expected = spellings(url).map((spelling) =>
    sign("sha1", authToken, { content: spelling + pairs, encoding: "base64" }),
  );
  return expected.filter((one) => isSameText(one, signature)).length > 0;
}

const channels: Readonly<Record<string, Channel>> = {
  "": "sms",
  whatsapp: "whatsApp",
  rcs: "rcs",
  messenger: "fbMessenger",
};

const carriers: Readonly<Record<string, InboundMessage["carrier"]>> = {
  STOP: "optOut",
  START: "optIn",
  HELP: "help",
};

/** Whether an id has the form of Twilio's ids of messages. */
export function isMessageSid(text: string): boolean {
  return /^(SM|MM)[0-9a-f]{32}$/i.test(text);
}

/**
 * The channel that the prefix of an address such as `whatsapp:+44...` names, and the address behind
 * it.
 */
export function readTwilioAddress(text: string): { channel: Channel | undefined; address: string } {
  const [, prefix = "", address = ""] = /^(?:([a-z]+):)?(.*)$/s.exec(text) ?? [];
  return { channel: Object.hasOwn(channels, prefix) ? channels[prefix] : undefined, address };
}

/** The message inside Twilio's parameters; undefined where there is none, as in a status. */
export function readTwilio(parameters: URLSearchParams): InboundMessage | undefined {
  const read = (name: string) => parameters.get(name);
  const [messageId, from, to, body] = [read("MessageSid"), read("From"), read("To"), read("Body")];
  if (!messageId || !from || !to || body === null) return undefined;
  const { channel, address: sender } = readTwilioAddress(from);
  // Twilio signs names and values joined without a separator, so text of the next parameter could
  // be moved into this one to make an old message look new.
  if (!channel || !isMessageSid(messageId)) return undefined;
  return {
    provider: "twilio",
    channel,
    from: storableText(sender),
    to: storableText(to.replace(/^[a-z]+:/, "")),
    body: storableText(body),
    ...(read("ButtonPayload") && {
      meant: { by: "payload" as const, text: storableText(read("ButtonPayload") ?? "") },
    }),
    messageId: storableText(messageId),
    ...(read("ExternalUserId") && { whatsAppId: storableText(read("ExternalUserId") ?? "") }),
    carrier: carriers[(read("OptOutType") ?? "").toUpperCase()],
  };
}

/** The URL with and without its port. */
function spellings(url: string): string[] {
  const [, origin = "", host = "", port = "", rest = ""] =
    /^(https?:\/\/)((?:\[[^\]]*\])|[^/:?#]*)(:\d+)?(.*)$/s.exec(url) ?? [];
  const usual = origin === "https://" ? ":443" : ":80";
  return [
    `${origin}${host}${port}${rest}`,
    `${origin}${host}${rest}`,
    `${origin}${host}${port || usual}${rest}`,
  ];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
