// /v1/sign-in-links: a way in to the portal for whoever has a key that may do everything.

import { Hono } from "hono";
import { createSignInLink } from "../../access/sessions.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { signInLink } from "../../schemas/session.ts";

export const signInLinks = new Hono<AppEnv>().post(
  "/",
  describe({
    scope: "admin",
    tag: "Portal",
    summary: "Create a link that signs in to the portal",
    description:
      "It works once, within an hour. Revoking the key that made it ends the link and its session. `npm run sign-in-link` on the server's machine does this.",
    answers: { 201: signInLink },
  }),
  async (c) => {
    const { publicUrl } = c.get("services");
    return c.json(await createSignInLink(c.get("sql"), publicUrl, c.get("caller").actor), 201);
  },
);
