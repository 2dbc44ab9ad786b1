// API keys: shown once, kept as hashes, revocable within the 5 seconds that a server remembers one.

import { createHash, randomBytes } from "node:crypto";
import { type Sql, transaction } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { Problem } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Key, Scope } from "../schemas/keys.ts";

/** What a request may do by its key. */
export type Grant = { keyId: string; scopes: readonly Scope[] };

const rememberedFor = 5_000;

/**
 * Finds the grant of a key's text; undefined for an unknown or revoked one. Remembers a found one
 * for 5 s.
 */
export function keyFinder({
  sql,
  reads,
}: {
  sql: Sql;
  reads: Sql;
}): (text: string) => Promise<Grant | undefined> {
  const remembered = new Map<string, { grant: Grant; until: number }>();
  return async (text) => {
    const known = remembered.get(text);
    if (known && known.until > performance.now()) return known.grant;
    remembered.delete(text);
    const [key] = await reads<{ id: string; scopes: Scope[]; noted: boolean }[]>`
      select id, scopes, coalesce(last_used_at > now() - interval '1 minute', false) as noted
      from keys where hash = ${hashOf(text)} and revoked_at is null`;
    if (!key) return undefined;
    // Not awaited: a database that cannot write just now can still say who calls.
    if (!key.noted) sql`update keys set last_used_at = now() where id = ${key.id}`.catch(() => {});
    const grant = { keyId: key.id, scopes: key.scopes };
    remembered.set(text, { grant, until: performance.now() + rememberedFor });
    return grant;
  };
}

/** Makes a key; its text is in the answer and nowhere else. */
export async function createKey(
  sql: Sql,
  { name, scopes }: { name: string; scopes: Scope[] },
): Promise<Key & { key: string }> {
  const text = newKeyText();
  const key = await oneRow(sql<Key[]>`
    insert into keys (id, name, hash, scopes)
    values (${newId()}, ${name}, ${hashOf(text)}, ${sql.json(scopes)})
    returning ${keyColumns(sql)}`);
  return { ...key, key: text };
}

/** Every key, newest first, revoked ones too. */
export async function listKeys(sql: Sql): Promise<Key[]> {
  return sql<Key[]>`select ${keyColumns(sql)} from keys order by created_at desc, id`;
}

/** Ends a key: within 5 s no server takes it any more. Throws `not_found`. */
export async function revokeKey(sql: Sql, id: string): Promise<void> {
  const revoked = await sql`
    update keys set revoked_at = coalesce(revoked_at, now()) where id = ${id} returning id`;
  if (revoked.length === 0) throw new Problem("not_found", "There is no key with this id.");
}

/**
 * Makes the key that the environment names exist, with every scope; one that was revoked stays
 * revoked.
 */
export async function ensureKey(sql: Sql, text: string): Promise<void> {
  await sql`
    insert into keys (id, name, hash, scopes)
    values (${newId()}, 'From API_KEY', ${hashOf(text)}, '["admin"]')
    on conflict (hash) do nothing`;
}

/** Whether a key's text is that of a key that was revoked. */
export async function isRevoked(sql: Sql, text: string): Promise<boolean> {
  const [key] = await sql`
    select from keys where hash = ${hashOf(text)} and revoked_at is not null`;
  return key !== undefined;
}

/**
 * Where there is no key at all, makes one, with every scope, once `keep` has put its text in a safe
 * place.
 */
export async function ensureFirstKey(
  sql: Sql,
  keep: (text: string) => Promise<void>,
): Promise<void> {
  await transaction(sql, async (tx) => {
    await tx`lock table keys in share row exclusive mode`;
    const [any] = await tx`select from keys limit 1`;
    if (any) return;
    const text = newKeyText();
    await keep(text);
    await tx`
      insert into keys (id, name, hash, scopes)
      values (${newId()}, 'First key', ${hashOf(text)}, '["admin"]')`;
  });
}

function keyColumns(sql: Sql) {
  return sql`
    id, name, scopes, created_at as "createdAt", last_used_at as "lastUsedAt",
    revoked_at as "revokedAt"`;
}

function newKeyText(): string {
  return `ok_${randomBytes(32).toString("base64url")}`;
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
