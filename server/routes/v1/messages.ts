// /v1/messages: sending to one person, or to up to 5,000 at once.

import { type Context, Hono } from "hono";
import * as v from "valibot";
import { channels } from "../../addresses/channels.ts";
import { answerProblem } from "../../http/answer-problem.ts";
import { describe } from "../../http/describe.ts";
import { idempotent } from "../../http/idempotent.ts";
import type { AppEnv } from "../../http/services.ts";
import { listPool, slowly } from "../../http/slowly.ts";
import { valid } from "../../http/validate.ts";
import { listMessages, readMessage } from "../../messages/read.ts";
import { sendBatch, sendMessage, whyNotSent } from "../../messages/send.ts";
import type { Channel } from "../../schemas/channels.ts";
import {
  batchItem,
  message,
  messageId,
  messageQuery,
  newMessage,
  newMessages,
  sentMessage,
} from "../../schemas/messages.ts";
import { pageOf } from "../../schemas/text.ts";

const tag = "Messages";
const secretsHidden =
  "The text of a message that asks for a confirmation contains its code or link: without the scope  " +
  "`admin` it is null, and `hidden` is true.";

export const messages = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "messages:read",
      tag,
      summary: "List messages, newest first",
      description: secretsHidden,
      answers: { 200: pageOf(message) },
      problems: ["invalid"],
    }),
    valid("query", messageQuery),
    async (c) => {
      const query = { ...c.req.valid("query"), secrets: secretsFor(c) };
      const sql = listPool(c, [query.channel, query.status, query.broadcast]);
      return c.json(await listMessages(sql, query), 200);
    },
  )
  .post(
    "/",
    describe({
      scope: "messages:send",
      tag,
      summary: "Send a message to one person",
      description:
        "On the first of the channels in `rules` that the person can be reached on and, with `requireOptIn`, is opted in to. If there is none, nothing is sent: 422 with a reason for each channel. An unknown recipient becomes a profile; an existing one is not changed, so an address that it does not have is refused. Takes an Idempotency-Key.",
      answers: { 201: sentMessage },
      problems: [
        "invalid",
        "opt_in_required",
        "not_reachable",
        "two_profiles",
        "in_flight",
        "idempotency_key_reused",
      ],
    }),
    valid("json", newMessage),
    idempotent,
    async (c) => {
      const wanted = c.req.valid("json");
      const sent = await sendMessage(c.get("sql"), wanted);
      if (sent.queued) {
        c.get("services").poke();
        return c.json(
          { messageId: sent.messageId, status: sent.status, channel: sent.channel },
          201,
        );
      }
      // Answered, not thrown: the message is kept as filtered, and so is this answer.
      return answerProblem(whyNotSent(wanted, sent), c) as never;
    },
  )
  .post(
    "/batch",
    describe({
      scope: "messages:send",
      tag,
      summary: "Send up to 5,000 messages",
      description:
        "A bare array of messages. Each is handled by itself; the answer has the message that each became, or what is wrong with it. Takes an Idempotency-Key.",
      answers: { 202: v.array(batchItem) },
      problems: ["invalid", "in_flight", "idempotency_key_reused"],
    }),
    slowly,
    valid("json", newMessages),
    idempotent,
    async (c) => {
      const answers = await sendBatch(c.get("sql"), c.req.valid("json"));
      c.get("services").poke();
      return c.json(answers, 202);
    },
  )
  .get(
    "/:id",
    describe({
      scope: "messages:read",
      tag,
      summary: "Read a message",
      description: secretsHidden,
      answers: { 200: message },
      problems: ["not_found"],
    }),
    valid("param", v.object({ id: messageId })),
    async (c) => {
      const wanted = { id: c.req.valid("param").id, secrets: secretsFor(c) };
      return c.json(await readMessage(c.get("services").reads, wanted), 200);
    },
  );

/**
 * Whoever reads a code or link can confirm for its person: `admin` alone may, and in the portal
 * only where nothing is really sent, and there is no other way to read it.
 */
function secretsFor(c: Context<AppEnv>): readonly Channel[] {
  if (!c.get("grant").scopes.includes("admin")) return [];
  return c.get("caller").source === "portal" ? c.get("services").outboxChannels : channels;
}
