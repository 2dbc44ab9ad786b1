// /v1/sessions: who is signed in to the portal.

import { Hono } from "hono";
import * as v from "valibot";
import { endAllSessions, endSessionOf, listSessions } from "../../access/live-sessions.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { gateOf } from "../../http/session.ts";
import { valid } from "../../http/validate.ts";
import { listedSession } from "../../schemas/session.ts";
import { madeId } from "../../schemas/text.ts";

const tag = "Portal";

export const sessions = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "admin",
      tag,
      summary: "List the sessions of the portal, newest first",
      description:
        "When, from which network and browser, and how each was signed in; `key` names the key that made its sign-in link. A session ends a week after its last use, 30 days after it was signed in, when that key is revoked, and when the password changes.",
      answers: { 200: v.object({ items: v.array(listedSession) }) },
    }),
    async (c) => {
      const services = c.get("services");
      const { session } = c.get("caller").actor;
      const current = session === undefined ? undefined : String(session);
      const items = await listSessions(services.reads, { gate: gateOf(services), current });
      return c.json({ items }, 200);
    },
  )
  .delete(
    "/",
    describe({
      scope: "admin",
      tag,
      summary: "End every session of the portal",
      description: "Includes the caller's own session and every unused sign-in link.",
      answers: { 204: null },
    }),
    async (c) => {
      await endAllSessions(c.get("sql"));
      return c.body(null, 204);
    },
  )
  .delete(
    "/:id",
    describe({
      scope: "admin",
      tag,
      summary: "End a session of the portal",
      answers: { 204: null },
      problems: ["not_found"],
    }),
    valid("param", v.object({ id: madeId })),
    async (c) => {
      await endSessionOf(c.get("sql"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  );
