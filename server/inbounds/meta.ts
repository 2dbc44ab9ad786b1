// Meta's webhook: the WhatsApp Cloud API and Messenger.

import * as v from "valibot";
import { Problem } from "../errors.ts";
import { isSameText } from "../links/seals.ts";
import { fromMessenger } from "./meta-messenger.ts";
import { list, type MetaCall } from "./meta-parts.ts";
import { fromWhatsApp } from "./meta-whatsapp.ts";
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

const call = v.object({ object: v.string(), entry: list });
const parts = v.object({ changes: list, messaging: list });

/** What one call brings, in its order. Throws `malformed_json`. */
export function readMeta(text: string): MetaCall {
  const parsed = v.safeParse(call, parseJson(text));
  if (!parsed.success) return nothing;
  const { object, entry } = parsed.output;
  const entries = entry.flatMap((one) => {
    const { success, output } = v.safeParse(parts, one);
    return success ? [output] : [];
  });
  if (object === "page") {
    const messages = entries.flatMap(({ messaging }) => messaging.flatMap(fromMessenger));
    return { messages, statuses: [] };
  }
  if (object !== "whatsapp_business_account") return nothing;
  const calls = entries.flatMap(({ changes }) => changes.map(fromWhatsApp));
  return {
    messages: calls.flatMap(({ messages }) => messages),
    statuses: calls.flatMap(({ statuses }) => statuses),
  };
}

const nothing: MetaCall = { messages: [], statuses: [] };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_json", "The body is not JSON.");
  }
}
