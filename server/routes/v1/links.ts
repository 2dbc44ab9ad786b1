// /v1/profiles/{id}/links: signed links to a person's flags.

import { Hono } from "hono";
import * as v from "valibot";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import { makeLink } from "../../links/links.ts";
import { requireProfile } from "../../profiles/read.ts";
import { link, newLink } from "../../schemas/links.ts";
import { profileId } from "../../schemas/text.ts";

export const links = new Hono<AppEnv>().post(
  "/:id/links",
  describe({
    scope: "profiles:write",
    tag: "Profiles",
    summary: "Make a signed link to a person's flags",
    description: `\`preferences\` is for the person: see and change the own flags, ask for a copy, be forgotten. \`editor\` is for somebody of yours, in a CRM: each
change asks for a reason. Both work until they expire (\`expiresIn\` seconds; a week, and an hour,
unless you say otherwise; 90 days and a day at most), with or without an iframe. With \`channels\` a
link shows and changes only these. A link holds the profile's id and no address.`,
    answers: { 201: link },
    problems: ["invalid", "not_found"],
  }),
  valid("param", v.object({ id: profileId })),
  valid("json", newLink),
  async (c) => {
    const { id } = c.req.valid("param");
    const services = c.get("services");
    await requireProfile(services.reads, id);
    const { actor } = c.get("caller");
    return c.json(makeLink(services, { ...c.req.valid("json"), profileId: id, actor }), 201);
  },
);
