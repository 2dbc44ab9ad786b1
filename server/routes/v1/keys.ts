// /v1/keys: API keys.

import { Hono } from "hono";
import * as v from "valibot";
import { createKey, listKeys, revokeKey } from "../../access/keys.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import { key, madeKey, newKey } from "../../schemas/keys.ts";
import { madeId } from "../../schemas/text.ts";

const tag = "Keys";

export const keys = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "admin",
      tag,
      summary: "List the keys, newest first",
      answers: { 200: v.object({ items: v.array(key) }) },
    }),
    async (c) => c.json({ items: await listKeys(c.get("services").reads) }, 200),
  )
  .post(
    "/",
    describe({
      scope: "admin",
      tag,
      summary: "Create a key",
      description: "Only this answer contains its text.",
      answers: { 201: madeKey },
      problems: ["invalid"],
    }),
    valid("json", newKey),
    async (c) => c.json(await createKey(c.get("sql"), c.req.valid("json")), 201),
  )
  .delete(
    "/:id",
    describe({
      scope: "admin",
      tag,
      summary: "Revoke a key",
      description: "Every server refuses it within 5 seconds.",
      answers: { 204: null },
      problems: ["not_found"],
    }),
    valid("param", v.object({ id: madeId })),
    async (c) => {
      await revokeKey(c.get("sql"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  );
