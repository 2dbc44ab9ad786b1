// The queue in PostgreSQL, as the dispatcher uses it: claim, keep, check, and say how it ended.

import type postgres from "postgres";
import type { Sql } from "../database/connect.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Refusal } from "../schemas/messages.ts";

/**
 * One committed attempt at one message. `attempts` is its number: a holder of an older number has
 * lost the message.
 */
export type Claim = { id: string; attempts: number };

/** A claimed message as it may be sent now; `reason` says why it may not. */
export type Judged = Claim & {
  /** Null for a confirmation, sent to an address that belongs to no profile yet. */
  profileId: string | null;
  channel: Channel;
  reason: Refusal | null;
  /** False where its broadcast was paused or cancelled meanwhile. */
  wanted: boolean;
  to: string | null;
  sender: string | null;
  title: string | null;
  body: string;
  customBody: unknown;
  metadata: unknown;
  requireOptIn: boolean;
  /** That of the form that the person agreed to. */
  language: string | null;
  properties: Record<string, unknown>;
  /** How many attempts were made and failed. */
  failures: number;
};

/** How an attempt ended. A message that is still `processing` is due again in `dueIn` seconds. */
export type Ending = Claim & {
  status: "sent" | "failed" | "filtered" | "processing";
  reason?: string | undefined;
  /** Why it may have been received all the same, by words that hold no address. */
  doubt?: string | undefined;
  providerId?: string | undefined;
  /** With this attempt; absent where it was none. */
  failures?: number;
  dueIn?: number;
};

/**
 * Seconds for which a claimed message is nobody else's. After a crash the next server waits that
 * long; a call that takes longer is kept by `keep`.
 */
export const lease = 15;

/** Claims up to `limit` due messages of these channels, each for one attempt, and commits that. */
export async function claim(
  sql: Sql,
  { channels, limit, repeatable }: { channels: Channel[]; limit: number; repeatable: boolean },
): Promise<Claim[]> {
  return sql<Claim[]>`
    select id, attempts from claim_messages(${sql.json(channels)}, ${limit}, ${lease},
      ${repeatable})`;
}

/** Extends claims by one more lease. */
export async function keep(sql: Sql, claims: Claim[]): Promise<void> {
  await sql`
    update messages m set due_at = now() + make_interval(secs => ${lease})
    from jsonb_to_recordset(${sql.json(claims)}) as claimed (id bigint, attempts int)
    where m.id = claimed.id and m.attempts = claimed.attempts and m.status = 'processing'`;
}

/**
 * Re-checks, as the last step, whether each claimed message may be sent, and holds the profiles
 * while `begin` begins the calls: an opt-out in the meantime waits for that and is
 * acknowledged afterwards. A server that hangs here loses its hold after 5 s by the database's own
 * clock, and must not begin a call by then (the caller checks its clock before each one). A message
 * whose profile is being changed just now, or whose claim is about to lapse, is left out.
 */
export async function holdAndBegin(
  sql: postgres.Sql,
  claims: Claim[],
  begin: (judged: Judged[]) => void | Promise<void>,
): Promise<void> {
  await sql.begin(async (tx) => {
    const [, held, judged] = await Promise.all([
      tx`select set_config('idle_in_transaction_session_timeout', '5s', true)`,
      tx<{ id: string }[]>`
        select m.id
        from ${claimed(tx, claims)}
        join channels c on c.channel = m.channel
        join profiles p on p.id = ${person(tx)}
        -- An expression, so that what was claimed is found by its id, not by when it is due.
        where m.due_at - interval '5 seconds' > now()
        order by p.id
        for share of p skip locked`,
      // A statement of its own sees all that was committed before the lock was given, such as
      // another address.
      tx<Judged[]>`
        select m.id, m.attempts, p.id as "profileId", m.channel,
          coalesce(b.status, 'sending') = 'sending' as wanted,
          case when m.confirmation_id is null
            then why_not(m.require_opt_in, f.opted_in, f.source, profile_address(p, c.address_kind))
            else why_no_confirmation(m.channel, m.address)
          end as reason,
          coalesce(m.address, profile_address(p, c.address_kind)) as "to", m.sender,
          coalesce(m.title, b.title) as title, coalesce(m.body, b.body) as body,
          coalesce(m.custom_body, b.custom_body) -> m.channel as "customBody", m.metadata,
          m.require_opt_in as "requireOptIn", coalesce(p.properties, '{}') as properties,
          m.failures, (
            select w.language from wordings w
            where w.form_id = f.actor ->> 'form' and w.number = (f.actor ->> 'wording')::int
          ) as language
        from ${claimed(tx, claims)}
        join channels c on c.channel = m.channel
        left join profiles p on p.id = ${person(tx)}
        left join flags f on f.profile_id = p.id and f.channel = m.channel
        left join broadcasts b on b.id = m.broadcast_id
        where m.due_at - interval '5 seconds' > now()`,
    ]);
    const ids = new Set(held.map(({ id }) => id));
    await begin(judged.filter(({ id, profileId }) => ids.has(id) || profileId === null));
  });
}

/**
 * Records how attempts ended, many at once. An attempt that is no longer the newest is recorded
 * only if it was sent after all. A message that was cancelled during the attempt is unknown until
 * the attempt says whether it went (see end_in_doubt()).
 */
export async function end(sql: Sql, endings: Ending[]): Promise<void> {
  await sql`
    update messages m set
      status = case
        when m.status = 'processing' or ended.status = 'sent' then ended.status
        when coalesce(ended.doubt, m.doubt) is null then 'cancelled'
        else 'unknown'
      end,
      reason = case when m.status = 'processing' or ended.status = 'sent' then ended.reason
        else nullif(concat_ws('; then ', ended.doubt, nullif(m.reason, 'under way')), '') end,
      doubt = coalesce(ended.doubt, m.doubt),
      -- The transport's own id of a message may hold the address: not of a person who was forgotten
      -- meanwhile.
      provider_id = case when m.reason ~ '(^|; then )forgotten$' then null
        else coalesce(ended."providerId", m.provider_id) end,
      failures = coalesce(ended.failures, m.failures), attempt_began_at = null,
      due_at = now() + make_interval(secs => coalesce(ended."dueIn", 0)), updated_at = now()
    from jsonb_to_recordset(${sql.json(endings)}) as ended (
      id bigint, attempts int, status text, reason text, doubt text, "providerId" text,
      failures int, "dueIn" float8
    )
    where m.id = ended.id and (
      (m.attempts = ended.attempts and m.status = 'processing')
      or (m.attempts = ended.attempts and m.status = 'unknown' and m.attempt_began_at is not null)
      or (ended.status = 'sent' and (m.status = 'unknown'
        or (m.status = 'failed' and m.reason = 'unknown'))) -- as version 0.1 wrote it
    )`;
}

/** The profile that message `m` is for: a confirmation is for whoever has its address by now. */
function person(sql: Sql) {
  return sql`coalesce(m.profile_id, profile_with(c.address_kind, m.address))`;
}

/** Messages `m` that are still under these claims. */
function claimed(sql: Sql, claims: Claim[]) {
  return sql`jsonb_to_recordset(${sql.json(claims)}) as claimed (id bigint, attempts int)
    join messages m on m.id = claimed.id and m.attempts = claimed.attempts
      and m.status = 'processing'`;
}
