// /v1/statistics: the numbers of the portal's first page.

import { Hono } from "hono";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import {
  dayQuery,
  firstSteps,
  formStatistics,
  statistics as statisticsSchema,
} from "../../schemas/statistics.ts";
import { readFirstSteps, readFormStatistics, readStatistics } from "../../statistics/read.ts";

const tag = "Statistics";

export const statistics = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Read the numbers of profiles and flags, and their changes",
      description:
        "Profiles and opted-in flags now; flags that went in and out on each of the last `days` days, by channel and by source; the latest changes. A day begins at midnight in `zone`. A renewed opt-in does not count as a change; a profile that starts opted in by default counts as an opt-in with the source `default`; a deleted profile takes its flags along without a change.",
      answers: { 200: statisticsSchema },
      problems: ["invalid"],
    }),
    valid("query", dayQuery),
    async (c) =>
      c.json(await readStatistics(c.get("services").slowReads, c.req.valid("query")), 200),
  )
  .get(
    "/forms",
    describe({
      scope: "forms:read",
      tag,
      summary: "Read how often each form was used, by day",
      answers: { 200: formStatistics },
      problems: ["invalid"],
    }),
    valid("query", dayQuery),
    async (c) =>
      c.json(await readFormStatistics(c.get("services").slowReads, c.req.valid("query")), 200),
  )
  .get(
    "/first-steps",
    describe({
      scope: "admin",
      tag,
      summary: "Read which first steps are done",
      answers: { 200: firstSteps },
    }),
    async (c) => c.json(await readFirstSteps(c.get("services").reads), 200),
  );
