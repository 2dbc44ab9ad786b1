// /v1/messages/inbounds: messages from people, as they come in, and what they did.

import { Hono } from "hono";
import { describe } from "../../http/describe.ts";
import { idempotent } from "../../http/idempotent.ts";
import { readable } from "../../http/readable.ts";
import type { AppEnv } from "../../http/services.ts";
import { listPool } from "../../http/slowly.ts";
import { valid } from "../../http/validate.ts";
import { listInbounds } from "../../inbounds/list.ts";
import { receiveMessage } from "../../inbounds/receive.ts";
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
      summary: "List what was received, newest first, and what it did",
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
      summary: "Receive a message from a person",
      description: `Keeps it, makes a profile of a sender who has none, and does what the rules say:
sets the flag, queues the reply. A message that begins with no keyword changes no flag. The same
\`messageId\` on the same channel acts once: again it is answered 200 with what the first one did.
Takes an Idempotency-Key.

\`\`\`sh
curl -X POST http://localhost:8080/v1/messages/inbounds \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"channel":"sms","from":"+44 7700 900123","to":"+44 7700 900001","body":"STOP","messageId":"m-1"}'
\`\`\``,
      answers: { 200: received.schema, 201: received.schema },
      problems: ["invalid", "in_flight", "idempotency_key_reused"],
    }),
    valid("json", inboundBody),
    idempotent,
    async (c) => {
      const { actor, source } = c.get("caller");
      const provider = source === "portal" ? ("portal" as const) : ("api" as const);
      const message = { provider, actor, ...c.req.valid("json") };
      const { inbound: kept, repeated } = await receiveMessage(c.get("sql"), message);
      if (kept.reply !== null) c.get("services").poke();
      return c.json(received.for(c, kept), repeated ? 200 : 201);
    },
  );
