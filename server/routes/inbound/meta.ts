// /inbound/meta: the webhook of WhatsApp Cloud API and Messenger.

import { Hono } from "hono";
import { Problem } from "../../errors.ts";
import { describe } from "../../http/describe.ts";
import { answerInThread, isLarge } from "../../http/large-bodies.ts";
import type { AppEnv } from "../../http/services.ts";
import { isFromMeta, isMetaToken, readMeta } from "../../inbounds/meta.ts";
import { applyReports } from "../../inbounds/status-reports.ts";
import { badSignature, configured, receiveAll } from "./webhook.ts";

const tag = "Providers";

export const meta = new Hono<AppEnv>()
  .get(
    "/meta",
    describe({
      scope: "public",
      tag,
      summary: "Meta's handshake, when the webhook is set up",
      description: "Answers the challenge if `hub.verify_token` is `META_VERIFY_TOKEN`.",
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
      description: `Set \`META_APP_SECRET\` and \`META_VERIFY_TOKEN\`, and at Meta the callback URL
\`PUBLIC_URL/inbound/meta\` with the fields \`messages\` and \`user_preferences\`.
\`X-Hub-Signature-256\` is verified over the body as it came. One call may bring several messages;
echoes and receipts are ignored. Whoever stops marketing messages in WhatsApp, or notifications in
Messenger, is opted out as by a carrier; resuming undoes that. A status updates the message whose id
it has, as your gateway answered it (\`providerId\`) or set it as
\`biz_opaque_callback_data\`; 131050 opts the person out.`,
      answers: { 200: null },
      problems: ["bad_signature", "malformed_json", "not_configured"],
    }),
    async (c) => {
      const appSecret = configured(c.get("services").providers.metaAppSecret, "META_APP_SECRET");
      const bytes = await c.req.arrayBuffer();
      const body = Buffer.from(bytes);
      if (!isFromMeta({ appSecret, body, signature: c.req.header("X-Hub-Signature-256") ?? "" })) {
        throw badSignature("Meta");
      }
      const { threads } = c.get("services");
      if (threads && isLarge(body.length)) {
        return answerInThread(c, threads, async () => new Uint8Array(bytes)) as never;
      }
      const { messages, statuses } = readMeta(body.toString());
      await receiveAll(c, messages);
      await applyReports(c.var.sql, statuses);
      return c.body(null, 200);
    },
  );
