// The environment variables of the transport by Twilio.

import { baseAddress, line, matching } from "./parse.ts";
import { type Partly, type Read, whole } from "./read.ts";

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

/** Reads them all. */
export function readTwilio(read: Read, publicUrl: string | undefined): Partly<TwilioSettings> {
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

/** Throws `CannotStart` where a channel that Twilio sends has no sender. */
export function checkSenders(
  channels: Readonly<Record<"sms" | "whatsApp", string>>,
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
