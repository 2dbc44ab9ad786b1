// /healthz and /readyz: is the process alive, and can it serve.

import { Hono } from "hono";
import * as v from "valibot";
import { describe } from "../http/describe.ts";
import type { AppEnv } from "../http/services.ts";

const tag = "Operation";
const status = v.object({ status: v.literal("ok") });

export const health = new Hono<AppEnv>()
  .get(
    "/healthz",
    describe({ scope: "public", tag, summary: "The process is alive", answers: { 200: status } }),
    (c) => c.json({ status: "ok" as const }, 200),
  )
  .get(
    "/readyz",
    describe({
      scope: "public",
      tag,
      summary: "The database answers",
      answers: { 200: status },
      problems: ["unavailable"],
    }),
    async (c) => {
      await c.get("services").reads`select`;
      return c.json({ status: "ok" as const }, 200);
    },
  );
