// /v1/sample-data: fills an empty system.

import { Hono } from "hono";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { slowly } from "../../http/slowly.ts";
import { fillWithSampleData } from "../../sample-data/fill.ts";
import { filled } from "../../schemas/sample-data.ts";

export const sampleData = new Hono<AppEnv>().post(
  "/",
  describe({
    scope: "admin",
    tag: "Statistics",
    summary: "Fill an empty system with sample data",
    description:
      "240 made-up people with two months of history, three forms, rules and a broadcast. Refused unless the system is empty. Nothing is sent to anybody.",
    answers: { 201: filled },
    problems: ["not_empty"],
  }),
  slowly,
  async (c) => c.json(await fillWithSampleData(c.get("sql")), 201),
);
