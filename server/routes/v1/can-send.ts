// /v1/can-send: whom a message may go out to, for many people at once.

import { Hono } from "hono";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import { canSendToMany } from "../../messages/decide.ts";
import { canSendAnswers, canSendBody } from "../../schemas/messages.ts";

export const canSend = new Hono<AppEnv>().post(
  "/",
  describe({
    scope: "profiles:read",
    tag: "Profiles",
    summary: "Ask for up to 5,000 people whether a message that needs an opt-in may go out",
    description:
      "By `profileIds`, by `addresses` of the channel, or both; the answers come in that order. `reason` says why not: as for one person, or `no_profile`, or `invalid_address`.",
    answers: { 200: canSendAnswers },
    problems: ["invalid", "too_large"],
  }),
  valid("json", canSendBody),
  async (c) => c.json(await canSendToMany(c.get("services").slowReads, c.req.valid("json")), 200),
);
