// The portal's session on a request: its cookie, and the check that writes come from the portal
// itself.

import type { Context } from "hono";
import { parse, serialize } from "hono/utils/cookie";
import { extendSession, findSession, type Gate, sessionSeconds } from "../access/sessions.ts";
import { Problem } from "../errors.ts";
import { newId } from "../ids.ts";
import { seal, unseal } from "../links/seals.ts";
import type { AppEnv, Services } from "./services.ts";

/** What decides who may sign in here. */
export function gateOf({ adminPassword, secrets }: Services): Gate {
  return { password: adminPassword, secrets };
}

/** The token in the request's cookie; undefined without one. */
export function sessionToken(c: Context<AppEnv>): string | undefined {
  return readCookie(c, "session");
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
  // A browser too old for one of the two headers sends the other.
  const named = origin === undefined ? site === "same-origin" : origin === ours;
  if (named && (site === undefined || site === "same-origin")) return;
  throw new Problem("origin_not_allowed", `The portal works at ${publicUrl} alone: open it there.`);
}

/** Sets the session cookie, or clears it. */
export function setSessionCookie(c: Context<AppEnv>, token: string | undefined): void {
  setCookie(c, { name: "session", value: token ?? "", maxAge: token ? sessionSeconds : 0 });
}

/** The id of a browser that an admin signed in with before; undefined where it is none. */
export function knownBrowser(c: Context<AppEnv>): string | undefined {
  const sealed = readCookie(c, "browser");
  return sealed && unseal(c.get("services").secrets, browserSeal, sealed);
}

/** Lets a browser be known again, for its own tries to sign in. It opens nothing. */
export function setBrowserCookie(c: Context<AppEnv>): void {
  const value = seal(c.get("services").secrets, browserSeal, knownBrowser(c) ?? newId());
  setCookie(c, { name: "browser", value, maxAge: browserSeconds });
}

const browserSeal = "a browser that was signed in";
const browserSeconds = 180 * 24 * 3600;

function readCookie(c: Context<AppEnv>, name: CookieName): string | undefined {
  const { cookie } = c.env.incoming.headers;
  const full = fullName(c.get("services"), name);
  return cookie === undefined ? undefined : parse(cookie, full)[full];
}

function setCookie(
  c: Context<AppEnv>,
  { name, value, maxAge }: { name: CookieName; value: string; maxAge: number },
): void {
  const services = c.get("services");
  const cookie = serialize(fullName(services, name), value, {
    httpOnly: true,
    sameSite: "Strict",
    path: "/",
    secure: isSecure(services),
    maxAge,
  });
  c.header("Set-Cookie", cookie, { append: true });
}

type CookieName = "session" | "browser";

/** `__Host-` keeps other hosts of the domain from setting it; browsers take it over https only. */
function fullName(services: Services, name: CookieName): string {
  return `${isSecure(services) ? "__Host-" : ""}optin_${name}`;
}

function isSecure({ publicUrl }: Services): boolean {
  return publicUrl.startsWith("https:");
}
