// Sessions of the portal: made by the admin's password or a link that works once; ended by
// sign-out, time, and a new password.

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { invalid, Problem } from "../errors.ts";
import type { Caller } from "../flags/flags.ts";
import { newId } from "../ids.ts";

/** What decides who may sign in; the password is absent where links alone sign in. */
export type Gate = { password: string | undefined; secrets: readonly string[] };

/**
 * A session as the database knows it; `token` is the only thing that opens it, and is kept nowhere.
 */
export type Session = { id: string; token: string };

/** How long a session lives without being used, in seconds. */
export const sessionSeconds = 7 * 24 * 3600;

/**
 * Tries to sign in by password: `burst` at once after a pause, then one in `seconds`. A browser
 * that was signed in before has tries of its own, so that nobody else can use up an admin's.
 */
export const tries = {
  browser: { burst: 10, seconds: 10 },
  client: { burst: 10, seconds: 10 },
  all: { burst: 50, seconds: 2 },
} as const;

/** Who tries to sign in: the network, and the id of a browser that was signed in before. */
export type Visitor = { client: string; browser?: string | undefined };

/** Where a session is signed in: the network and the browser, as they are listed. */
export type Place = { client: string; userAgent: string | undefined };

/**
 * Makes a link that signs in once, within an hour. Its session ends with the key of the `maker`, or
 * with the key that the session which makes it ends with; made by the server itself, with none.
 */
export async function createSignInLink(
  sql: Sql,
  publicUrl: string,
  maker: Caller["actor"] = {},
): Promise<{ url: string; expiresAt: string }> {
  const token = newToken();
  const link = await oneRow(sql<[{ expiresAt: string }]>`
    insert into sign_in_links (hash, key_id, expires_at)
    values (
      ${hashOf(token)},
      coalesce(
        ${maker.key ?? null}::text,
        (select key_id from sessions where id = ${maker.session ?? null}::text)
      ),
      now() + interval '1 hour'
    )
    returning expires_at as "expiresAt"`);
  // In the fragment it reaches no server and no log.
  return { url: `${publicUrl}/sign-in#${token}`, expiresAt: link.expiresAt };
}

/** Starts a session by the password. Throws `rate_limited`, `invalid` at `password`. */
export async function signInByPassword(
  sql: Sql,
  {
    gate,
    password,
    visitor,
    place,
  }: { gate: Gate; password: string; visitor: Visitor; place: Place },
): Promise<Session> {
  await takeTry(sql, visitor);
  if (gate.password === undefined)
    throw invalid("password", "No password is set: use a sign-in link.");
  if (!isSame(password, gate.password)) throw invalid("password", "That is not the password.");
  const session = newSession();
  await sql`
    insert into sessions (hash, id, made_under, way, client, user_agent, expires_at)
    values (${hashOf(session.token)}, ${session.id}, ${newestHash(gate)}, 'password',
      ${place.client}, ${userAgentOf(place)}, now() + make_interval(secs => ${sessionSeconds}))`;
  return session;
}

/** Counts a try, whatever comes of it. Throws `rate_limited`. */
async function takeTry(sql: Sql, { client, browser }: Visitor): Promise<void> {
  const turn = (who: string, { burst, seconds }: { burst: number; seconds: number }) =>
    sql`take_turn(address_hash('sign-in', ${who}), ${burst}, ${seconds})`;
  const { wait } = await oneRow(
    browser === undefined
      ? sql<[{ wait: number }]>`
          select coalesce(nullif(${turn(client, tries.client)}, 0), ${turn("all", tries.all)})
            as wait`
      : sql<[{ wait: number }]>`select ${turn(`browser ${browser}`, tries.browser)} as wait`,
  );
  if (wait === 0) return;
  throw new Problem(
    "rate_limited",
    `Too many tries to sign in. Wait ${wait} seconds and try again, or use a sign-in link: ` +
      "`npm run sign-in-link` on the server prints one.",
    { retryAfter: wait },
  );
}

/** Starts a session by a link's token, which is then used up. Throws `gone`. */
export async function signInByLink(
  sql: Sql,
  { gate, token, place }: { gate: Gate; token: string; place: Place },
): Promise<Session> {
  const session = newSession();
  const [made] = await sql`
    with used as (
      delete from sign_in_links where hash = ${hashOf(token)} and expires_at > now()
      returning key_id
    )
    insert into sessions (hash, id, made_under, way, client, user_agent, key_id, expires_at)
    select ${hashOf(session.token)}, ${session.id}, ${newestHash(gate)}, 'link', ${place.client},
      ${userAgentOf(place)}, key_id, now() + make_interval(secs => ${sessionSeconds})
    from used left join keys k on k.id = key_id where k.revoked_at is null
    returning id`;
  if (!made) {
    throw new Problem(
      "gone",
      "This link was used already, or is older than an hour. `npm run sign-in-link` on the server prints a new one.",
    );
  }
  return session;
}

/**
 * The session of a token, in one indexed read; `ageing` when it should be extended. Undefined when
 * it has ended.
 */
export async function findSession(
  sql: Sql,
  { gate, token }: { gate: Gate; token: string },
): Promise<{ id: string; ageing: boolean } | undefined> {
  const [found] = await sql<{ id: string; madeUnder: Buffer; ageing: boolean }[]>`
    select id, made_under as "madeUnder",
      expires_at < least(now() + make_interval(secs => ${sessionSeconds - 24 * 3600}),
        created_at + interval '30 days') as ageing
    from live_sessions where hash = ${hashOf(token)}`;
  if (!found || !passwordHashes(gate).some((hash) => hash.equals(found.madeUnder)))
    return undefined;
  return { id: found.id, ageing: found.ageing };
}

/** Extends a session from this moment; it ends at 30 days whatever its use. */
export async function extendSession(sql: Sql, id: string): Promise<void> {
  await sql`
    update sessions set expires_at = now() + make_interval(secs => ${sessionSeconds})
    where id = ${id}`;
}

/** Ends the session of a token, on every server at once. */
export async function endSession(sql: Sql, token: string): Promise<void> {
  await sql`delete from sessions where hash = ${hashOf(token)}`;
}

function userAgentOf({ userAgent }: Place): string | null {
  return userAgent?.slice(0, 500) ?? null;
}

function newSession(): Session {
  return { id: newId(), token: newToken() };
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Takes the same time whatever their lengths. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(hashOf(given), hashOf(expected));
}

function newestHash(gate: Gate): Buffer {
  return passwordHashes(gate)[0] as Buffer;
}

/** The password under each secret, so that a rotated secret ends no session. */
export function passwordHashes({ password = "", secrets }: Gate): Buffer[] {
  return secrets.map((secret) =>
    createHmac("sha256", secret).update(`admin password\n${password}`).digest(),
  );
}
