// /healthz and /readyz: is the process alive, and can it serve.

import { Hono } from "hono";
import * as v from "valibot";
import { Problem } from "../errors.ts";
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
      summary: "Check that the database answers and a connection for writing is free",
      answers: { 200: status },
      problems: ["unavailable"],
    }),
    async (c) => {
      const { sql, reads } = c.get("services");
      await within(1_000, Promise.all([sql`select`, reads`select`]));
      return c.json({ status: "ok" as const }, 200);
    },
  );

/** Throws `unavailable` where the pools have no connection that answers in time. */
async function within(milliseconds: number, answers: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const detail = "No connection to the database is free. Requests wait, or will be refused.";
      reject(new Problem("unavailable", detail, { retryAfter: 2 }));
    }, milliseconds);
  });
  await Promise.race([answers, late]).finally(() => clearTimeout(timer));
}
