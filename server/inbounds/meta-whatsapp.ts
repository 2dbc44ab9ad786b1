// What the WhatsApp Cloud API reports: messages, marketing preferences and statuses.

import * as v from "valibot";
import { readSender } from "../addresses/phone-numbers.ts";
import { id, list, type MetaCall, meantBy, optionalId, words } from "./meta-parts.ts";
import type { InboundMessage } from "./receive.ts";
import type { StatusReport } from "./status-reports.ts";

const captioned = v.optional(v.object({ caption: v.optional(words) }));
const reply = v.optional(v.object({ id: optionalId, title: words }));

const message = v.object({
  id,
  from: optionalId,
  from_user_id: optionalId,
  text: v.optional(v.object({ body: words })),
  button: v.optional(v.object({ text: words, payload: optionalId })),
  interactive: v.optional(
    v.object({
      button_reply: reply,
      list_reply: reply,
      nfm_reply: v.optional(v.object({ body: words })),
    }),
  ),
  image: captioned,
  video: captioned,
  document: captioned,
  system: v.fallback(
    v.optional(
      v.object({
        type: v.picklist(["user_changed_number", "customer_changed_number"]),
        wa_id: optionalId,
        new_wa_id: optionalId,
      }),
    ),
    undefined,
  ),
});

const preference = v.object({
  wa_id: optionalId,
  user_id: optionalId,
  category: v.literal("marketing_messages"),
  value: v.picklist(["stop", "resume"]),
  detail: v.optional(words, ""),
  timestamp: v.optional(v.union([v.number(), v.string()])),
});

const status = v.object({
  id,
  status: v.picklist(["delivered", "read", "failed"]),
  recipient_id: optionalId,
  biz_opaque_callback_data: optionalId,
  errors: v.fallback(v.optional(v.array(v.object({ code: v.number() })), []), []),
});

const change = v.object({
  value: v.object({
    messaging_product: v.literal("whatsapp"),
    metadata: v.object({ display_phone_number: id }),
    messages: list,
    statuses: list,
    user_preferences: list,
  }),
});

/** The person stopped marketing messages of this business in WhatsApp's own settings. */
const stoppedMarketing = 131050;

/** What one change says; what is not understood is passed over, and takes nothing along. */
export function fromWhatsApp(unknown: unknown): MetaCall {
  const parsed = v.safeParse(change, unknown);
  if (!parsed.success) return { messages: [], statuses: [] };
  const { metadata, messages, statuses, user_preferences } = parsed.output.value;
  const to = international(metadata.display_phone_number);
  return {
    messages: [
      ...messages.flatMap((one) => toMessage(one, to)),
      ...user_preferences.flatMap((one) => toWord(one, to)),
    ],
    statuses: statuses.flatMap(toReport),
  };
}

function toMessage(unknown: unknown, to: string): InboundMessage[] {
  const { success, output } = v.safeParse(message, unknown);
  if (!success) return [];
  const { text, button, interactive, image, video, document } = output;
  const { button_reply: pressed, list_reply: chosen, nfm_reply: form } = interactive ?? {};
  const body =
    text?.body ?? button?.text ?? pressed?.title ?? chosen?.title ?? form?.body ?? undefined;
  const from = output.from ? international(output.from) : output.from_user_id;
  if (!from) return [];
  return [
    {
      provider: "meta",
      channel: "whatsApp",
      from,
      to,
      body: body ?? image?.caption ?? video?.caption ?? document?.caption ?? "",
      meant: meantBy(button?.payload ?? pressed?.id ?? chosen?.id),
      messageId: output.id,
      whatsAppId: output.from_user_id,
      newNumber: output.system?.wa_id ?? output.system?.new_wa_id,
    },
  ];
}

/** Marketing messages stopped or resumed in WhatsApp's settings, as a message from the person. */
function toWord(unknown: unknown, to: string): InboundMessage[] {
  const { success, output } = v.safeParse(preference, unknown);
  if (!success) return [];
  const { wa_id, user_id, value, detail, timestamp } = output;
  const from = wa_id ? international(wa_id) : user_id;
  if (!from) return [];
  return [
    {
      provider: "meta",
      channel: "whatsApp",
      from,
      to,
      body: detail,
      messageId: timestamp === undefined ? null : `user_preferences ${value} ${timestamp}`,
      carrier: value === "stop" ? "optOut" : "optIn",
      whatsAppId: user_id,
    },
  ];
}

function toReport(unknown: unknown): StatusReport[] {
  const { success, output } = v.safeParse(status, unknown);
  if (!success) return [];
  const { recipient_id, biz_opaque_callback_data: own, errors } = output;
  const code = errors[0]?.code;
  const number = recipient_id && readSender(recipient_id, null);
  return [
    {
      providerId: output.id,
      messageId: own && /^[1-9]\d{0,17}$/.test(own) ? own : undefined,
      to: number ? { channel: "whatsApp", address: number } : undefined,
      status: output.status,
      reason: output.status === "failed" ? `Meta ${code ?? "failed"}` : null,
      optedOut: output.status === "failed" && errors.some((one) => one.code === stoppedMarketing),
    },
  ];
}

/** WhatsApp leaves the plus of a number away. */
function international(number: string): string {
  return `+${number.replace(/^\+/, "")}`;
}
