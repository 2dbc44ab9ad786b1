// /v1/broadcasts: sending to many.

import { Hono } from "hono";
import * as v from "valibot";
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from "../../broadcasts/control.ts";
import { createBroadcast, previewBroadcast } from "../../broadcasts/create.ts";
import { listBroadcasts, readBroadcast } from "../../broadcasts/read.ts";
import { describe } from "../../http/describe.ts";
import { idempotent } from "../../http/idempotent.ts";
import { readable } from "../../http/readable.ts";
import type { AppEnv } from "../../http/services.ts";
import { slowly } from "../../http/slowly.ts";
import { valid } from "../../http/validate.ts";
import {
  broadcast,
  broadcastBriefly,
  broadcastPreview,
  newBroadcast,
  preview,
  previewBriefly,
} from "../../schemas/broadcasts.ts";
import { madeId, page, pageOf } from "../../schemas/text.ts";

const tag = "Broadcasts";
const steered = readable("messages:read", broadcast, broadcastBriefly);
const previewed = readable("profiles:read", preview, previewBriefly);
const byId = valid("param", v.object({ id: madeId }));

const control = (summary: string) =>
  describe({
    scope: "messages:send",
    tag,
    summary,
    answers: { 200: steered.schema },
    problems: ["not_found", "wrong_status"],
  });

export const broadcasts = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "messages:read",
      tag,
      summary: "List the broadcasts, newest first",
      answers: { 200: pageOf(broadcast) },
      problems: ["invalid"],
    }),
    valid("query", v.strictObject(page)),
    async (c) => c.json(await listBroadcasts(c.get("sql"), c.req.valid("query")), 200),
  )
  .post(
    "/",
    describe({
      scope: "messages:send",
      tag,
      summary: "Send to everyone in an audience who is opted in",
      description:
        "The audience is fixed now; anyone who opts out before their message is handed over does not get it. Takes an Idempotency-Key.",
      answers: { 201: steered.schema },
      problems: ["invalid", "in_flight", "idempotency_key_reused"],
    }),
    slowly,
    valid("json", newBroadcast),
    idempotent,
    async (c) => {
      const made = await createBroadcast(c.get("sql"), c.req.valid("json"));
      c.get("services").poke();
      return c.json(steered.for(c, made), 201);
    },
  )
  .post(
    "/preview",
    describe({
      scope: "messages:send",
      tag,
      summary: "Preview who would get a broadcast, who would not, and why; sends nothing",
      answers: { 200: previewed.schema },
      problems: ["invalid"],
    }),
    valid("json", broadcastPreview),
    async (c) => {
      const target = c.req.valid("json");
      // A list is written down while it is judged.
      const { slowReads, slowWrites } = c.get("services");
      const isList = !("everyone" in target.audience || "property" in target.audience);
      const seen = await previewBroadcast(isList ? slowWrites : slowReads, target);
      return c.json(previewed.for(c, seen), 200);
    },
  )
  .get(
    "/:id",
    describe({
      scope: "messages:read",
      tag,
      summary: "Read a broadcast and its progress",
      answers: { 200: broadcast },
      problems: ["not_found"],
    }),
    byId,
    async (c) => c.json(await readBroadcast(c.get("sql"), c.req.valid("param").id), 200),
  )
  .post("/:id/pause", control("Pause a broadcast"), byId, async (c) =>
    c.json(steered.for(c, await pauseBroadcast(c.get("sql"), c.req.valid("param").id)), 200),
  )
  .post("/:id/resume", control("Let a paused broadcast go on"), byId, async (c) => {
    const resumed = await resumeBroadcast(c.get("sql"), c.req.valid("param").id);
    c.get("services").poke();
    return c.json(steered.for(c, resumed), 200);
  })
  .post("/:id/cancel", control("Cancel what has not been handed over"), slowly, byId, async (c) =>
    c.json(steered.for(c, await cancelBroadcast(c.get("sql"), c.req.valid("param").id)), 200),
  );
