// /public/editor: an editor's view of one person's flags, by a signed link, for a page inside a
// CRM.

import { Hono } from "hono";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import { readEditedFlags, setEditedFlags } from "../../links/preferences.ts";
import { editedFlags, editedFlagsBody, linkQuery } from "../../schemas/preferences.ts";
import { aroundLink, byLink, linkOf } from "./by-link.ts";

const tag = "For browsers";
const byToken = "The token of a link for an editor goes along as `Authorization: Bearer TOKEN`.";

export const editor = new Hono<AppEnv>()
  .use(byLink("editor", ["GET", "PUT"]))
  .get(
    "/",
    describe({
      scope: "public",
      tag,
      summary: "Read a person's flags as an editor",
      description: `${byToken} Each flag as in \`GET /v1/profiles/{id}/optin\`, for the channels of the link.`,
      answers: { 200: editedFlags },
      problems: ["not_found"],
    }),
    valid("query", linkQuery),
    async (c) => {
      const edited = await readEditedFlags(c.get("services").reads, linkOf(c));
      return c.json({ ...edited, ...aroundLink(c, "editor") }, 200);
    },
  )
  .put(
    "/",
    describe({
      scope: "public",
      tag,
      summary: "Change a person's flags as an editor",
      description: `${byToken} \`{"optIn": {"sms": true}, "reason": "..."}\`: each change needs its
reason, which stays part of the event. The source is \`portal\`, the actor whoever made the
link. An opt-in over an opt-out that the person made themself, or their carrier, changes nothing:
that flag's \`changeable\` is false, and its \`why\` says why.`,
      answers: { 200: editedFlags },
      problems: ["invalid", "not_found", "rate_limited"],
    }),
    valid("query", linkQuery),
    valid("json", editedFlagsBody),
    async (c) => {
      const wish = { link: linkOf(c), ...c.req.valid("json") };
      const edited = await setEditedFlags(c.get("sql"), wish);
      return c.json({ ...edited, ...aroundLink(c, "editor") }, 200);
    },
  );
