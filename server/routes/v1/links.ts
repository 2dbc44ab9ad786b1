// /v1/profiles/{id}/links: signed links to a person's flags.

import { Hono } from "hono";
import * as v from "valibot";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import { makeLink, readLinkedPerson } from "../../links/links.ts";
import { link, newLink } from "../../schemas/links.ts";
import { profileId } from "../../schemas/text.ts";

export const links = new Hono<AppEnv>().post(
  "/:id/links",
  describe({
    // A link opens what is kept of the person, the whole copy.
    scope: ["profiles:write", "profiles:read"],
    tag: "Profiles",
    summary: "Create a signed link to a person's flags",
    description: `\`preferences\` is for the person, to see and change their own flags, get a copy
and be forgotten. \`editor\` is for your staff, in a CRM: each change asks for a reason. Both work
until they expire (\`expiresIn\` seconds; by default a week and an hour; at most 90 days and a day),
with or without an iframe. With \`channels\`, a link shows and changes only these. A link contains
the person's id and addresses, encrypted. An opt-out by it applies to whoever has these addresses by
then, even if the profile is gone; it shows nobody but the person that it was made for.`,
    answers: { 201: link },
    problems: ["invalid", "not_found"],
  }),
  valid("param", v.object({ id: profileId })),
  valid("json", newLink),
  async (c) => {
    const { id } = c.req.valid("param");
    const services = c.get("services");
    const person = await readLinkedPerson(services.reads, id);
    const { actor } = c.get("caller");
    const wish = { ...c.req.valid("json"), ...person, profileId: id, actor };
    return c.json(makeLink(services, wish), 201);
  },
);
