// Twilio: SMS and WhatsApp by its REST API.

import type { TwilioSettings } from "../env/twilio.ts";
import { type Answer, type Patience, type Posted, poster } from "./http.ts";
import { retryAfter } from "./retry-after.ts";
import type { Outcome, Outgoing, Transport } from "./transport.ts";

/**
 * Sends by one account. The API takes no idempotency key, so a call of unknown outcome is never
 * repeated.
 */
export function twilio(
  settings: TwilioSettings,
  { connections, patience }: { connections: number; patience?: Patience },
): Transport {
  const { accountSid, authToken } = settings;
  const url = `${settings.url}/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const { free, post, close } = poster({ url, connections, patience });
  const headers = {
    Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`,
    "Content-Type": "application/x-www-form-urlencoded",
    Accept: "application/json",
  };
  return {
    name: "twilio",
    repeatable: false,
    free,
    async begin(message, hold) {
      return outcomeOf(await post(headers, parameters(settings, message).toString(), hold));
    },
    async close() {
      close();
    },
  };
}

function parameters(settings: TwilioSettings, { channel, to, sender, body, customBody }: Outgoing) {
  const { messagingServiceSid, statusCallback } = settings;
  const address = (text: string) => (channel === "whatsApp" ? `whatsapp:${text}` : text);
  const from = sender ?? (channel === "whatsApp" ? settings.fromWhatsApp : settings.fromSms);
  const template = templateOf(customBody);
  return new URLSearchParams({
    To: address(to),
    ...(from ? { From: address(from) } : { MessagingServiceSid: messagingServiceSid ?? "" }),
    ...(template ?? { Body: body }),
    ...(statusCallback && { StatusCallback: statusCallback }),
  });
}

/**
 * `{contentSid, contentVariables}` of a custom body; the variables may be an object or its JSON.
 */
function templateOf(customBody: unknown): Record<string, string> | undefined {
  const { contentSid, contentVariables } = (customBody ?? {}) as Record<string, unknown>;
  if (typeof contentSid !== "string") return undefined;
  if (contentVariables === undefined || contentVariables === null)
    return { ContentSid: contentSid };
  const variables =
    typeof contentVariables === "string" ? contentVariables : JSON.stringify(contentVariables);
  return { ContentSid: contentSid, ContentVariables: variables };
}

/** The person opted out at the carrier: https://www.twilio.com/docs/api/errors/21610 */
export const optedOutAtCarrier = "21610";

function outcomeOf(posted: Posted): Outcome {
  if (!posted.answer) {
    return { status: posted.sent ? "unknown" : "retry", reason: `Twilio: ${posted.reason}` };
  }
  const { status, headers } = posted.answer;
  const { sid, code } = parse(posted.answer);
  const reason = code ? `Twilio ${code}` : `Twilio: HTTP ${status}`;
  if (status >= 200 && status < 300) return { status: "sent", ...(sid && { providerId: sid }) };
  if (code === optedOutAtCarrier) return { status: "optedOut", reason };
  // Refused before the message was looked at: too many at once, overloaded, or a token that
  // somebody must mend.
  if ([401, 408, 429, 503].includes(status)) {
    return { status: "retry", reason, ...retryAfter(headers["retry-after"]) };
  }
  return { status: status >= 500 ? "unknown" : "failed", reason };
}

/**
 * The message's id, or Twilio's code for what is wrong. Its words may repeat an address, so they
 * are left out.
 */
function parse({ body }: Answer): { sid?: string; code?: string } {
  try {
    const { sid, code } = JSON.parse(body) as Record<string, unknown>;
    return {
      ...(typeof sid === "string" && /^[A-Za-z0-9]{1,64}$/.test(sid) && { sid }),
      ...(typeof code === "number" && { code: String(code) }),
    };
  } catch {
    return {};
  }
}
