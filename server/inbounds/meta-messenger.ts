// What Messenger reports: messages, buttons, and subscriptions to notifications.

import * as v from "valibot";
import { id, meantBy, optionalId, words } from "./meta-parts.ts";
import type { InboundMessage } from "./receive.ts";

const event = v.object({
  sender: v.object({ id }),
  recipient: v.object({ id }),
  timestamp: v.optional(v.number()),
  message: v.optional(
    v.object({
      mid: id,
      text: words,
      is_echo: v.optional(v.boolean(), false),
      quick_reply: v.optional(v.object({ payload: optionalId })),
    }),
  ),
  postback: v.optional(v.object({ mid: optionalId, title: words, payload: optionalId })),
  optin: v.optional(
    v.object({
      type: v.literal("notification_messages"),
      notification_messages_status: v.picklist(["STOP_NOTIFICATIONS", "RESUME_NOTIFICATIONS"]),
    }),
  ),
});

/** The message in an event; none where it is an echo, a receipt or not understood. */
export function fromMessenger(unknown: unknown): InboundMessage[] {
  const { success, output } = v.safeParse(event, unknown);
  if (!success || output.message?.is_echo) return [];
  const { sender, recipient, timestamp, message, postback, optin } = output;
  const common = { provider: "meta", channel: "fbMessenger" } as const;
  const between = { from: sender.id, to: recipient.id };
  if (optin) {
    const { notification_messages_status: said } = optin;
    return [
      {
        ...common,
        ...between,
        body: "",
        messageId: timestamp === undefined ? null : `${said} ${timestamp}`,
        carrier: said === "STOP_NOTIFICATIONS" ? "optOut" : "optIn",
      },
    ];
  }
  if (!message && !postback) return [];
  return [
    {
      ...common,
      ...between,
      body: message?.text ?? postback?.title ?? "",
      meant: meantBy(message?.quick_reply?.payload ?? postback?.payload),
      messageId: message?.mid ?? postback?.mid ?? null,
    },
  ];
}
