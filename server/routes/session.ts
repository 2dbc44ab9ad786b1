// /session: an admin signs in to the portal, and out. Only the portal's own pages may ask.

import { Hono } from "hono";
import { endSession, signInByLink, signInByPassword } from "../access/sessions.ts";
import { clientFinder, shortenedClient, signingInClient } from "../http/client.ts";
import { describe } from "../http/describe.ts";
import type { AppEnv, Services } from "../http/services.ts";
import {
  gateOf,
  knownBrowser,
  requirePortal,
  sessionToken,
  setBrowserCookie,
  setSessionCookie,
  takeSession,
} from "../http/session.ts";
import { valid } from "../http/validate.ts";
import { sessionState, signInBody } from "../schemas/session.ts";

const tag = "Portal";

/** The routes that start and end a session. */
export function session({ trustedProxies }: Services) {
  const findClient = clientFinder(trustedProxies);
  return new Hono<AppEnv>()
    .use(async (c, next) => {
      await next();
      c.header("Cache-Control", "no-store");
    })
    .get(
      "/",
      describe({
        scope: "public",
        tag,
        summary: "Check whether this browser is signed in to the portal",
        answers: { 200: sessionState },
      }),
      async (c) => {
        const signedIn = (await takeSession(c)) !== undefined;
        return c.json({ signedIn, byPassword: c.get("services").adminPassword !== undefined }, 200);
      },
    )
    .post(
      "/",
      describe({
        scope: "public",
        tag,
        summary: "Sign in to the portal",
        description:
          "By the admin's password, or by the token of a sign-in link, which works once.",
        answers: { 200: sessionState },
        problems: ["origin_not_allowed", "invalid", "gone", "rate_limited"],
      }),
      valid("json", signInBody),
      async (c) => {
        requirePortal(c);
        const services = c.get("services");
        const body = c.req.valid("json");
        const gate = gateOf(services);
        const address = findClient(c);
        const userAgent = c.env.incoming.headers["user-agent"];
        const place = { client: shortenedClient(address), userAgent };
        const { token } =
          "token" in body
            ? await signInByLink(services.sql, { gate, token: body.token, place })
            : await signInByPassword(services.sql, {
                gate,
                password: body.password,
                visitor: { client: signingInClient(address), browser: knownBrowser(c) },
                place,
              });
        setSessionCookie(c, token);
        setBrowserCookie(c);
        return c.json({ signedIn: true, byPassword: gate.password !== undefined }, 200);
      },
    )
    .delete(
      "/",
      describe({
        scope: "public",
        tag,
        summary: "Sign out of the portal",
        answers: { 204: null },
        problems: ["origin_not_allowed"],
      }),
      async (c) => {
        requirePortal(c);
        const token = sessionToken(c);
        if (token !== undefined) await endSession(c.get("services").sql, token);
        setSessionCookie(c, undefined);
        return c.body(null, 204);
      },
    );
}
