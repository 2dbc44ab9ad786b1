// /inbound/twilio: messages that came in, and reports of what became of a message that Twilio took.

import { type Context, Hono } from "hono";
import { invalid, Problem } from "../../errors.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { applyReports } from "../../inbounds/status-reports.ts";
import { isFromTwilio, readTwilio } from "../../inbounds/twilio.ts";
import { readTwilioStatus } from "../../inbounds/twilio-status.ts";
import { badSignature, configured, receive } from "./webhook.ts";

const tag = "Providers";
const twiml = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';

export const twilio = new Hono<AppEnv>()
  .post(
    "/twilio",
    describe({
      scope: "public",
      tag,
      summary: "Twilio's webhook: SMS, WhatsApp, RCS and Messenger",
      description: `Set \`TWILIO_AUTH_TOKEN\`, and at Twilio "A message comes in" to \`PUBLIC_URL/inbound/twilio\`. \`X-Twilio-Signature\` is verified. A
message that Twilio has handled itself (\`OptOutType\`) gets no reply from us: \`STOP\` opts out,
with or without a rule; \`START\` undoes that opt-out, and opts in further only if a rule does. A
button's \`ButtonPayload\` counts before its text.`,
      answers: { 200: null },
      problems: ["bad_signature", "unsupported_media_type", "invalid", "not_configured"],
    }),
    async (c) => {
      const message = readTwilio(await signedParameters(c));
      if (!message) throw invalid("", "This is not an inbound message.");
      await receive(c, message);
      return c.body(twiml, 200, { "Content-Type": "text/xml; charset=utf-8" });
    },
  )
  .post(
    "/twilio/status",
    describe({
      scope: "public",
      tag,
      summary: "Twilio's status reports of a message",
      description: `Each message that goes out by Twilio names this address, so there is nothing to configure at Twilio. \`X-Twilio-Signature\` is verified. A status moves
forward only: sent, delivered, read; or failed, with Twilio's code as the reason. 21610 opts the
person out.`,
      answers: { 204: null },
      problems: ["bad_signature", "unsupported_media_type", "not_configured"],
    }),
    async (c) => {
      const report = readTwilioStatus(await signedParameters(c));
      if (report) await applyReports(c.var.sql, [report], { awaited: true });
      return c.body(null, 204);
    },
  );

/**
 * The parameters of a call that Twilio signed for this address. Throws `not_configured`,
 * `unsupported_media_type`, `bad_signature`.
 */
async function signedParameters(c: Context<AppEnv>): Promise<URLSearchParams> {
  const { publicUrl, providers } = c.var.services;
  const authToken = configured(providers.twilioAuthToken, "TWILIO_AUTH_TOKEN");
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    throw new Problem("unsupported_media_type", "Send a form, as Twilio does.");
  }
  const { pathname, search } = new URL(c.req.url);
  const parameters = new URLSearchParams(await c.req.text());
  const signature = c.req.header("X-Twilio-Signature") ?? "";
  const url = `${publicUrl}${pathname}${search}`;
  if (!isFromTwilio({ authToken, url, parameters, signature })) throw badSignature("Twilio");
  return parameters;
}
