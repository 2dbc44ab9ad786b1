// /v1/messages/inbounds: messages from people, as they come in, and what they did.

import { type Context, Hono, type Next } from "hono";
import * as v from "valibot";
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
import { answerInbound, countWaiting } from "../../inbounds/review.ts";
import {
  inbound,
  inboundAnswer,
  inboundBody,
  inboundBriefly,
  inboundId,
  inboundQuery,
  inboundsWaiting,
} from "../../schemas/inbounds.ts";
import { pageOf } from "../../schemas/text.ts";

const tag = "Inbound messages";
const byId = valid("param", v.object({ id: inboundId }));
const received = readable("messages:read", inbound, inboundBriefly);

export const inbounds = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "messages:read",
      tag,
      summary: "List the inbound messages, newest first, with their effect",
      description:
        "With `likely=true` it lists the likely opt-outs that wait for a person, oldest first, each with the `reviewReason`; with `matched=false` the opt-outs whose senders could not be matched.",
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
the flag, queues the reply. One confirmation goes out for each opt-out, at most three replies to an
address a day, and none to a sender that repeats itself. A message that no rule matches changes no
flag; a likely opt-out among these waits for a person. The same \`messageId\` on the same channel
acts once: a repetition is answered 200 with the effect of the first one.
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
  )
  .get(
    "/waiting",
    describe({
      scope: "messages:read",
      tag,
      summary: "Count the messages that wait for a person",
      answers: { 200: inboundsWaiting },
    }),
    async (c) => c.json(await countWaiting(c.get("services").reads), 200),
  )
  .put(
    "/:id/answer",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Decide about a message that waits",
      description:
        "`optOut` opts its sender out on its channel, with the message as the evidence; `no` takes it from the list.",
      answers: { 200: received.schema },
      problems: ["invalid", "not_found", "wrong_status"],
    }),
    byId,
    valid("json", inboundAnswer),
    async (c) => {
      const { answer } = c.req.valid("json");
      const decision = { ...c.req.valid("param"), answer, caller: c.get("caller") };
      return c.json(received.for(c, await answerInbound(c.get("sql"), decision)), 200);
    },
  )
  .delete(
    "/:id/answer",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Let a message wait again",
      description: "Takes a `no` back. An opt-out stands.",
      answers: { 200: received.schema },
      problems: ["invalid", "not_found", "wrong_status"],
    }),
    byId,
    async (c) => {
      const decision = { ...c.req.valid("param"), answer: null, caller: c.get("caller") };
      return c.json(received.for(c, await answerInbound(c.get("sql"), decision)), 200);
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
