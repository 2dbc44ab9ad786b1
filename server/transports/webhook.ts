// The webhook: your own gateway gets each message, signed as Standard Webhooks says.

import { createHmac } from "node:crypto";
import { isIP } from "node:net";
import type { WebhookSettings } from "../env/webhook.ts";
import { type Answer, type Patience, type Posted, poster } from "./http.ts";
import { isPublic, lookupPublic } from "./public-addresses.ts";
import { retryAfter } from "./retry-after.ts";
import type { Outcome, Outgoing, Transport } from "./transport.ts";

/** POSTs messages to one address. Only 2xx is taken as sent. */
export function webhook(
  { url, secret, allowPrivate }: WebhookSettings,
  { connections, patience }: { connections: number; patience?: Patience },
): Transport {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  const lookup = allowPrivate ? undefined : lookupPublic;
  const { free, post, close } = poster({ url, connections, lookup, patience });
  // A host that is an IP address is never looked up.
  const refused = !allowPrivate && isIP(host) !== 0 && !isPublic(host);

  return {
    name: "webhook",
    repeatable: true,
    free,
    async begin(message, hold) {
      if (refused) return refusal;
      const timestamp = Math.floor(Date.now() / 1000);
      const body = JSON.stringify(payload(message, timestamp));
      const content = `${message.id}.${timestamp}.${body}`;
      const posted = await post(
        {
          "Content-Type": "application/json",
          "User-Agent": "Opt-in-Kit",
          "Webhook-Id": message.id,
          "Webhook-Timestamp": String(timestamp),
          "Webhook-Signature": `v1,${createHmac("sha256", secret).update(content).digest("base64")}`,
        },
        body,
        hold,
      );
      return outcomeOf(posted);
    },
    async close() {
      close();
    },
  };
}

const refusal: Outcome = {
  status: "failed",
  reason: "WEBHOOK_URL is a private address, which WEBHOOK_ALLOW_PRIVATE=true would allow",
};

function payload(message: Outgoing, timestamp: number) {
  const { id, channel, to, title, body, customBody, metadata } = message;
  return {
    type: "message.send",
    timestamp: new Date(timestamp * 1000).toISOString(),
    data: { id, channel, to, title, body, customBody, metadata },
  };
}

/** The provider's id, by which its statuses name the message, where the gateway answers it. */
function providerIdIn({ body }: Answer): { providerId?: string } {
  try {
    const { providerId } = JSON.parse(body) as Record<string, unknown>;
    return typeof providerId === "string" && /^[\x21-\x7e]{1,200}$/.test(providerId)
      ? { providerId }
      : {};
  } catch {
    return {};
  }
}

/** A temporary failure is retried, also where the gateway may have acted: the same id acts once. */
function outcomeOf(posted: Posted): Outcome {
  if (!posted.answer) {
    if (posted.reason === "EPRIVATE") return refusal;
    return { status: posted.sent ? "unknown" : "retry", reason: `webhook: ${posted.reason}` };
  }
  const { status, headers } = posted.answer;
  const reason = `webhook: HTTP ${status}`;
  if (status >= 200 && status < 300) return { status: "sent", ...providerIdIn(posted.answer) };
  const after = retryAfter(headers["retry-after"]);
  if ([408, 429, 503].includes(status)) return { status: "retry", reason, ...after };
  return status >= 500 ? { status: "unknown", reason, ...after } : { status: "failed", reason };
}
