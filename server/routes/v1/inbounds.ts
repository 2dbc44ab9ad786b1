// /v1/messages/inbounds: messages from people, as they come in, and what they did.

import { type Context, Hono, type Next } from "hono";
import { invalid } from "../../errors.ts";
import { describe } from "../../http/describe.ts";
import { idempotent } from "../../http/idempotent.ts";
import { readable } from "../../http/readable.ts";
import type { AppEnv } from "../../http/services.ts";
import { listPool } from "../../http/slowly.ts";
import { valid } from "../../http/validate.ts";
import { listInbounds } from "../../inbounds/list.ts";
import { readMail, readParts } from "../../inbounds/mail.ts";
import { type InboundMessage, receiveMessage } from "../../inbounds/receive.ts";
import { inbound, inboundBody, inboundBriefly, inboundQuery } from "../../schemas/inbounds.ts";
import { pageOf } from "../../schemas/text.ts";

const tag = "Inbound messages";
const received = readable("messages:read", inbound, inboundBriefly);

export const inbounds = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "messages:read",
      tag,
      summary: "List the inbound messages, newest first, with their effect",
      answers: { 200: pageOf(inbound) },
      problems: ["invalid"],
    }),
    valid("query", inboundQuery),
    async (c) => {
      const query = c.req.valid("query");
      return c.json(await listInbounds(listPool(c, [query.channel]), query), 200);
    },
  )
  .post(
    "/",
    describe({
      scope: "messages:receive",
      tag,
      summary: "Record a message from a person",
      description: `Stores it, creates a profile for an unknown sender, and follows the rules: sets
the flag, queues the reply. A message that begins with no keyword changes no flag. The same
\`messageId\` on the same channel acts once: a repetition is answered 200 with the effect of the
first one.
Takes an Idempotency-Key.

A mail has \`subject\`, \`html\` and \`autoSubmitted\`, or is raw: post it unchanged with the
content type \`message/rfc822\`. Its subject counts; quoted lines and signatures do not.
Out-of-office replies, mailing lists and other automatic mails change nothing.

\`\`\`sh
curl -X POST http://localhost:8080/v1/messages/inbounds \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"channel":"sms","from":"+44 7700 900123","to":"+44 7700 900001","body":"STOP","messageId":"m-1"}'
\`\`\``,
      answers: { 200: received.schema, 201: received.schema },
      problems: ["invalid", "in_flight", "idempotency_key_reused"],
    }),
    rawMail,
    valid("json", inboundBody),
    idempotent,
    async (c) => {
      const { subject, html, autoSubmitted, ...message } = c.req.valid("json");
      const parts = { subject, html, autoSubmitted, body: message.body };
      if (message.channel === "email") return receive(c, { ...message, ...readParts(parts) });
      const [ofMail] =
        Object.entries({ subject, html, autoSubmitted }).find(([, value]) => value !== undefined) ??
        [];
      if (ofMail) throw invalid(ofMail, "Only a message of the channel email has this.");
      return receive(c, message);
    },
  );

/** Takes a mail as it came, `message/rfc822`, in place of the JSON. */
async function rawMail(c: Context<AppEnv>, next: Next) {
  if (!/^message\/rfc822\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) return next();
  const mail = await readMail(Buffer.from(await c.req.arrayBuffer()));
  return receive(c, { channel: "email", ...mail });
}

async function receive(c: Context<AppEnv>, message: Omit<InboundMessage, "provider" | "actor">) {
  const { actor, source } = c.get("caller");
  const provider = source === "portal" ? ("portal" as const) : ("api" as const);
  const { inbound: kept, repeated } = await receiveMessage(c.get("sql"), {
    ...message,
    provider,
    actor,
  });
  if (kept.reply !== null) c.get("services").poke();
  return c.json(received.for(c, kept), repeated ? 200 : 201);
}
