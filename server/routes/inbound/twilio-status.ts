// /inbound/twilio/status: what became of a message that Twilio took.

import { Hono } from "hono";
import { Problem } from "../../errors.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { isFromTwilio } from "../../inbounds/twilio.ts";
import { applyTwilioStatus, readTwilioStatus } from "../../transports/twilio-status.ts";

export const twilioStatus = new Hono<AppEnv>().post(
  "/twilio/status",
  describe({
    scope: "public",
    tag: "Providers",
    summary: "Twilio's reports of what became of a message",
    description: `Each message that goes out by Twilio names this address, so there is nothing to set there. \`X-Twilio-Signature\` is verified. A status moves
forward only: sent, delivered, read; or failed, with Twilio's code as the reason. 21610 opts the
person out.`,
    answers: { 204: null },
    problems: ["bad_signature", "unsupported_media_type", "not_configured"],
  }),
  async (c) => {
    const { publicUrl, providers } = c.var.services;
    const { twilioAuthToken: authToken } = providers;
    if (!authToken)
      throw new Problem(
        "not_configured",
        "This webhook is off: set TWILIO_AUTH_TOKEN to turn it on.",
      );
    if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
      throw new Problem("unsupported_media_type", "Send a form, as Twilio does.");
    }
    const url = `${publicUrl}/inbound/twilio/status${new URL(c.req.url).search}`;
    const parameters = new URLSearchParams(await c.req.text());
    const signature = c.req.header("X-Twilio-Signature") ?? "";
    if (!isFromTwilio({ authToken, url, parameters, signature })) {
      throw new Problem(
        "bad_signature",
        "This is not signed by Twilio for this address. Check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is what Twilio calls.",
      );
    }
    const report = readTwilioStatus(parameters);
    if (report) await applyTwilioStatus(c.var.sql, report);
    return c.body(null, 204);
  },
);
