// /v1/profiles/import, export, optout: many people at once.

import { Hono } from "hono";
import * as v from "valibot";
import { describe, requireScope } from "../../../http/describe.ts";
import { readable } from "../../../http/readable.ts";
import type { AppEnv } from "../../../http/services.ts";
import { slowly } from "../../../http/slowly.ts";
import { streamOf } from "../../../http/stream.ts";
import { valid } from "../../../http/validate.ts";
import { exportProfiles } from "../../../profiles/export.ts";
import { importProfiles } from "../../../profiles/import.ts";
import { optOutMany } from "../../../profiles/opt-out.ts";
import { importBody, imported, importedBriefly } from "../../../schemas/imports.ts";
import { exportQuery, manyOptedOut, optOutBody } from "../../../schemas/profiles.ts";

const tag = "Profiles";
/** An id or a flag of somebody whom a row only named is readable to those alone who may read. */
const becameOf = readable("profiles:read", imported, importedBriefly);

export const many = new Hono<AppEnv>()
  .post(
    "/import",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Import up to 5,000 people",
      description:
        "A row is about whoever has its id or one of its addresses, or about somebody new. It adds addresses and properties and removes none. `optIn` opts out, and in only where nobody has said no (a flag that is out by default) or `evidence` has a `collectedAt` after that; else `keptOut` names what opted the channel out, and `refusals` why that stays. An address that is added to somebody who was opted in before is opted out, unless the row opts it in. Each row is handled by itself; the answer has its outcome. Importing the same again changes nothing. With `dryRun` nothing changes at all; that needs `profiles:read`, too.",
      answers: { 200: becameOf.schema },
      problems: ["invalid", "too_large"],
    }),
    slowly,
    valid("json", importBody),
    async (c) => {
      const wish = { ...c.req.valid("json"), caller: c.get("caller") };
      // It changes nothing, so all that it does is read.
      if (wish.dryRun) requireScope(c, "profiles:read");
      const { slowReads } = c.get("services");
      const done = await importProfiles(wish.dryRun ? slowReads : c.get("sql"), wish);
      return c.json(becameOf.for(c, done), 200);
    },
  )
  .get(
    "/export",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Export people as CSV",
      description:
        "Everybody, or those whom `search` finds, with the source and age of each flag. Text that a spreadsheet would read as a formula begins with an apostrophe; phone numbers in E.164 are unchanged.",
      answers: { 200: v.string() },
      answerType: "text/csv",
      problems: ["invalid"],
    }),
    valid("query", exportQuery),
    async (c) => {
      const lines = await streamOf(
        exportProfiles(c.get("services").slowReads, c.req.valid("query")),
      );
      c.header("Content-Type", "text/csv; charset=utf-8");
      c.header("Content-Disposition", 'attachment; filename="profiles.csv"');
      c.header("Cache-Control", "no-store");
      return c.body(lines, 200);
    },
  )
  .post(
    "/optout",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Opt up to 1,000 people out on some channels",
      description:
        "All of them, or none if something goes wrong. The answer lists unknown ids as `missing`.",
      answers: { 200: manyOptedOut },
      problems: ["invalid"],
    }),
    valid("json", optOutBody),
    async (c) =>
      c.json(
        await optOutMany(c.get("sql"), { ...c.req.valid("json"), caller: c.get("caller") }),
        200,
      ),
  );
