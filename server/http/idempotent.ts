// Idempotency-Key: a POST that is sent twice acts once. The answer is committed together with the
// effect.

import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { uniqueSymbol } from "hono-openapi";
import { type Sql, transaction } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { asProblem, invalid, Problem } from "../errors.ts";
import type { AppEnv } from "./services.ts";

type Kept = { requestHash: Buffer; status: number; body: string };

/**
 * Runs the rest of the route in a transaction that also keeps its answer under the key, for 24
 * hours and this API key. What a route throws undoes the transaction and is not kept: the same call
 * may be tried again. Throws `invalid`, `idempotency_key_reused` (same key, another request),
 * `in_flight` (the first is still at work), `gone` (what it made was erased with a person).
 */
export const idempotent: MiddlewareHandler<AppEnv> = Object.assign(act, {
  [uniqueSymbol]: {
    spec: {
      parameters: [
        {
          in: "header",
          name: "Idempotency-Key",
          description:
            "The same call with the same key within 24 hours answers the same and acts once.",
          schema: { type: "string", minLength: 1, maxLength: 255 },
        },
      ],
    },
  },
});

async function act(...[c, next]: Parameters<MiddlewareHandler<AppEnv>>): Promise<void> {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) return next();
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw invalid("Idempotency-Key", "1 to 255 visible ASCII characters.");
  const scope = c.get("grant").keyId;
  const requestHash = createHash("sha256")
    .update(`${c.req.method} ${c.req.path}\n`)
    .update(await c.req.text())
    .digest();
  await transaction(c.get("sql"), async (tx) => {
    const kept = await claim(tx, scope, key);
    if (kept) {
      // `forget_profile` empties what it erases; the key stays taken.
      if (kept.requestHash.length === 0)
        throw new Problem("gone", "What this call made was erased.");
      if (!kept.requestHash.equals(requestHash)) {
        throw new Problem(
          "idempotency_key_reused",
          "This Idempotency-Key was used for another request. Use a new one.",
        );
      }
      c.res = new Response(kept.body, {
        status: kept.status,
        headers: {
          "Content-Type": kept.status < 400 ? "application/json" : "application/problem+json",
        },
      });
      return;
    }
    c.set("sql", tx);
    await next();
    if (c.error) throw new Undone();
    await tx`
      insert into idempotency_keys (scope, key, request_hash, status, body)
      values (${scope}, ${key}, ${requestHash}, ${c.res.status}, ${await c.res.clone().text()})
      on conflict (scope, key) do update set request_hash = excluded.request_hash,
        status = excluded.status, body = excluded.body, created_at = now()`.catch(onlyOnce);
  }).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
}

/** Ends the transaction after the route's own error has been answered. */
class Undone extends Error {}

/** A wait for a lock would move the transaction to other connections, and run the route again. */
function onlyOnce(error: unknown): never {
  const problem = asProblem(error);
  throw problem.code === "internal" ? error : problem;
}

/**
 * The kept answer, if there is one. The lock ends with the transaction, so a crash leaves nothing
 * stuck.
 */
async function claim(tx: Sql, scope: string, key: string): Promise<Kept | undefined> {
  // The route runs once, so it cannot move to where a wait for a lock may take longer.
  const lock = await oneRow(tx<[{ free: boolean }]>`
    select set_config('lock_timeout', '1s', true),
      pg_try_advisory_xact_lock(hashtextextended(${`${scope} ${key}`}, 0)) as free`);
  if (!lock.free) {
    throw new Problem(
      "in_flight",
      "The first request with this Idempotency-Key is still at work. Try again in a moment.",
      {
        retryAfter: 1,
      },
    );
  }
  const [kept] = await tx<Kept[]>`
    select request_hash as "requestHash", status, body from idempotency_keys
    where scope = ${scope} and key = ${key} and created_at > now() - interval '24 hours'`;
  return kept;
}
