// The portal's session on a request: its cookie, and the proof that the portal itself sends what
// writes.

import type { Context } from "hono";
import { parse, serialize } from "hono/utils/cookie";
import { extendSession, findSession, type Gate, sessionSeconds } from "../access/sessions.ts";
import { Problem } from "../errors.ts";
import type { AppEnv, Services } from "./services.ts";

/** What decides who may sign in here. */
export function gateOf({ adminPassword, secrets }: Services): Gate {
  return { password: adminPassword, secrets };
}

/** The token in the request's cookie; undefined without one. */
export function sessionToken(c: Context<AppEnv>): string | undefined {
  const { cookie } = c.env.incoming.headers;
  const name = cookieName(c.get("services"));
  return cookie === undefined ? undefined : parse(cookie, name)[name];
}

/**
 * The id of the request's session, which lives on by being used; undefined without one. Throws
 * `origin_not_allowed`.
 */
export async function takeSession(c: Context<AppEnv>): Promise<string | undefined> {
  const token = sessionToken(c);
  if (token === undefined) return undefined;
  const services = c.get("services");
  const session = await findSession(services.reads, { gate: gateOf(services), token });
  if (!session) return undefined;
  if (!/^(GET|HEAD)$/.test(c.req.method)) requirePortal(c);
  if (session.ageing) {
    await extendSession(services.sql, session.id);
    setSessionCookie(c, token);
  }
  return session.id;
}

/** Throws `origin_not_allowed` unless a page of PUBLIC_URL itself sent this request. */
export function requirePortal(c: Context<AppEnv>): void {
  const { origin, "sec-fetch-site": site } = c.env.incoming.headers;
  const { publicUrl } = c.get("services");
  const ours = new URL(publicUrl).origin;
  // A browser too old for one of the two sends the other.
  const named = origin === undefined ? site === "same-origin" : origin === ours;
  if (named && (site === undefined || site === "same-origin")) return;
  throw new Problem("origin_not_allowed", `The portal works at ${publicUrl} alone: open it there.`);
}

/** Gives the browser its token, or takes it back. */
export function setSessionCookie(c: Context<AppEnv>, token: string | undefined): void {
  const services = c.get("services");
  const cookie = serialize(cookieName(services), token ?? "", {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: isSecure(services),
    maxAge: token === undefined ? 0 : sessionSeconds,
  });
  c.header("Set-Cookie", cookie, { append: true });
}

/** `__Host-` keeps other hosts of the domain from setting it; browsers take it over https only. */
function cookieName(services: Services): string {
  return isSecure(services) ? "__Host-optin_session" : "optin_session";
}

function isSecure({ publicUrl }: Services): boolean {
  return publicUrl.startsWith("https:");
}
