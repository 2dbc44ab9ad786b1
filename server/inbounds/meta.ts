// Meta's webhook: messages of the WhatsApp Cloud API and of Messenger.

import * as v from "valibot";
import { Problem } from "../errors.ts";
import { isSameText } from "../links/seals.ts";
import { storableText } from "../storable.ts";
import type { InboundMessage } from "./receive.ts";
import { sign } from "./signatures.ts";

/** Whether Meta signed this body, byte for byte as it came. */
export function isFromMeta({
  appSecret,
  body,
  signature,
}: {
  appSecret: string;
  body: Buffer;
  signature: string;
}): boolean {
  return isSameText(
    `sha256=${sign("sha256", appSecret, { content: body, encoding: "hex" })}`,
    signature,
  );
}

/** Whether the one who sets the webhook up knows our token. */
export function isMetaToken(token: string, given: string): boolean {
  return isSameText(token, given);
}

const id = v.pipe(v.string(), v.transform(storableText), v.minLength(1), v.maxLength(500));
const words = v.fallback(v.pipe(v.string(), v.transform(storableText)), "");
const list = v.fallback(v.array(v.unknown()), []);

/** Anything else than a person's message matches neither this nor `page`, and is ignored. */
const whatsAppMessage = v.object({
  id,
  from: id,
  text: v.optional(v.object({ body: words })),
  button: v.optional(v.object({ text: words })),
  interactive: v.optional(
    v.object({
      button_reply: v.optional(v.object({ title: words })),
      list_reply: v.optional(v.object({ title: words })),
    }),
  ),
});

const whatsAppChange = v.object({
  value: v.object({
    messaging_product: v.literal("whatsapp"),
    metadata: v.object({ display_phone_number: id }),
    messages: list,
  }),
});

const messengerEvent = v.object({
  sender: v.object({ id }),
  recipient: v.object({ id }),
  message: v.optional(v.object({ mid: id, text: words, is_echo: v.optional(v.boolean(), false) })),
  postback: v.optional(v.object({ mid: id, title: words })),
});

const call = v.object({
  object: v.string(),
  entry: v.array(v.object({ changes: v.optional(list, []), messaging: v.optional(list, []) })),
});

/** The messages in one call, in their order. Throws `malformed_json`. */
export function readMeta(text: string): InboundMessage[] {
  const parsed = v.safeParse(call, parseJson(text));
  if (!parsed.success) return [];
  const { object, entry } = parsed.output;
  if (object === "whatsapp_business_account")
    return entry.flatMap(({ changes }) => changes.flatMap(fromWhatsApp));
  if (object === "page") return entry.flatMap(({ messaging }) => messaging.flatMap(fromMessenger));
  return [];
}

function fromWhatsApp(change: unknown): InboundMessage[] {
  const parsed = v.safeParse(whatsAppChange, change);
  if (!parsed.success) return [];
  const { metadata, messages } = parsed.output.value;
  return messages.flatMap((message) => {
    const { success, output } = v.safeParse(whatsAppMessage, message);
    if (!success) return [];
    const { text, button, interactive } = output;
    const { button_reply: pressed, list_reply: chosen } = interactive ?? {};
    return {
      provider: "meta",
      channel: "whatsApp",
      from: international(output.from),
      to: international(metadata.display_phone_number),
      body: text?.body ?? button?.text ?? pressed?.title ?? chosen?.title ?? "",
      messageId: output.id,
    };
  });
}

function fromMessenger(event: unknown): InboundMessage[] {
  const { success, output } = v.safeParse(messengerEvent, event);
  if (!success || output.message?.is_echo) return [];
  const { sender, recipient, message, postback } = output;
  const messageId = message?.mid ?? postback?.mid;
  if (messageId === undefined) return [];
  return [
    {
      provider: "meta",
      channel: "fbMessenger",
      from: sender.id,
      to: recipient.id,
      body: message?.text ?? postback?.title ?? "",
      messageId,
    },
  ];
}

/** WhatsApp leaves the plus of a number away. */
function international(number: string): string {
  return `+${number.replace(/^\+/, "")}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_json", "The body is not JSON.");
  }
}
