// /inbound: the webhooks of providers. Each trusts a request by its signature alone, and is off
// until its secret is set.

import { type Context, Hono } from "hono";
import { invalid, Problem } from "../../errors.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { isFromMeta, isMetaToken, readMeta } from "../../inbounds/meta.ts";
import { type InboundMessage, receiveMessage } from "../../inbounds/receive.ts";
import { isFromTwilio, readTwilio } from "../../inbounds/twilio.ts";

const tag = "Providers";
const twiml = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';

export const providers = new Hono<AppEnv>()
  .post(
    "/twilio",
    describe({
      scope: "public",
      tag,
      summary: "Twilio's webhook: SMS, WhatsApp, RCS and Messenger",
      description: `Set \`TWILIO_AUTH_TOKEN\`, and at Twilio "A message comes in" to \`PUBLIC_URL/inbound/twilio\`. \`X-Twilio-Signature\` is verified. A message that Twilio
has dealt with itself (\`OptOutType\`) gets no reply from us: \`STOP\` opts out, with or without a rule; \`START\` ends the carrier's block, and opts in only where a rule does.`,
      answers: { 200: null },
      problems: ["bad_signature", "unsupported_media_type", "invalid", "not_configured"],
    }),
    async (c) => {
      const { publicUrl, providers } = c.get("services");
      const authToken = configured(providers.twilioAuthToken, "TWILIO_AUTH_TOKEN");
      if (
        !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")
      ) {
        throw new Problem("unsupported_media_type", "Send a form, as Twilio does.");
      }
      const { search } = new URL(c.req.url);
      const url = `${publicUrl}/inbound/twilio${search}`;
      const parameters = new URLSearchParams(await c.req.text());
      const signature = c.req.header("X-Twilio-Signature") ?? "";
      if (!isFromTwilio({ authToken, url, parameters, signature })) throw badSignature("Twilio");
      const message = readTwilio(parameters);
      if (!message) throw invalid("", "This is no message that came in.");
      await receive(c, message);
      return c.body(twiml, 200, { "Content-Type": "text/xml; charset=utf-8" });
    },
  )
  .get(
    "/meta",
    describe({
      scope: "public",
      tag,
      summary: "Meta's handshake, when the webhook is set up",
      description: "Answers the challenge where `hub.verify_token` is `META_VERIFY_TOKEN`.",
      answers: { 200: null },
      problems: ["bad_signature", "not_configured"],
    }),
    (c) => {
      const token = configured(c.get("services").providers.metaVerifyToken, "META_VERIFY_TOKEN");
      const { "hub.verify_token": given = "", "hub.challenge": challenge = "" } = c.req.query();
      if (!isMetaToken(token, given))
        throw new Problem("bad_signature", "hub.verify_token is not META_VERIFY_TOKEN.");
      return c.text(challenge, 200, { "X-Content-Type-Options": "nosniff" });
    },
  )
  .post(
    "/meta",
    describe({
      scope: "public",
      tag,
      summary: "Meta's webhook: WhatsApp Cloud API and Messenger",
      description: `Set \`META_APP_SECRET\` and \`META_VERIFY_TOKEN\`, and at Meta the callback \`PUBLIC_URL/inbound/meta\` with the field \`messages\`. \`X-Hub-Signature-256\` is
verified over the body as it came. One call may bring several messages; statuses, echoes and
receipts are passed over.`,
      answers: { 200: null },
      problems: ["bad_signature", "malformed_json", "not_configured"],
    }),
    async (c) => {
      const appSecret = configured(c.get("services").providers.metaAppSecret, "META_APP_SECRET");
      const body = Buffer.from(await c.req.arrayBuffer());
      if (!isFromMeta({ appSecret, body, signature: c.req.header("X-Hub-Signature-256") ?? "" })) {
        throw badSignature("Meta");
      }
      // In their order: a STOP and a START of one person may come in one call.
      for (const message of readMeta(body.toString())) await receive(c, message);
      return c.body(null, 200);
    },
  );

async function receive(c: Context<AppEnv>, message: InboundMessage): Promise<void> {
  const { inbound } = await receiveMessage(c.get("sql"), message);
  if (inbound.reply !== null) c.get("services").poke();
}

function configured(secret: string | undefined, variable: string): string {
  if (secret !== undefined) return secret;
  throw new Problem("not_configured", `This webhook is off: set ${variable} to turn it on.`);
}

function badSignature(provider: string): Problem {
  return new Problem(
    "bad_signature",
    `This is not signed by ${provider} for this address. Check the secret, and that PUBLIC_URL is what ${provider} calls.`,
  );
}
