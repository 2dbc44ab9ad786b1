// The queue in PostgreSQL, as the dispatcher uses it: claim, check, and say how it ended.

import type postgres from "postgres";
import type { Sql } from "../database/connect.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Refusal } from "../schemas/messages.ts";

/** One committed attempt at one message. `attempts` is its number: who holds an older one has lost the message. */
export type Claim = { id: string; attempts: number };

/** A claimed message as it may be sent now; `reason` says why it may not. */
export type Judged = Claim & {
  profileId: string;
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
  properties: Record<string, unknown>;
};

/** How an attempt ended. A message that is still `processing` is due again in `dueIn` seconds. */
export type Ending = Claim & {
  status: "sent" | "failed" | "filtered" | "processing";
  reason?: string | undefined;
  providerId?: string | undefined;
  dueIn?: number;
};

/** Claims up to `limit` due messages of these channels, each for one attempt, and commits that. `lease` is in seconds. */
export async function claim(
  sql: Sql,
  {
    channels,
    limit,
    lease,
    repeatable,
  }: { channels: Channel[]; limit: number; lease: number; repeatable: boolean },
): Promise<Claim[]> {
  return sql<Claim[]>`
    select id, attempts from claim_messages(${sql.json(channels)}, ${limit}, ${lease}, ${repeatable})`;
}

/**
 * Asks again, last of all, whether each claimed message may go, and holds the flags that say so while `begin` begins the calls:
 * whoever opts out meanwhile waits for that, and is acknowledged after. A server that hangs here loses its hold after 5 s
 * by the database's own clock, and may by then no longer begin (the caller looks at its clock before each call).
 */
export async function holdAndBegin(
  sql: postgres.Sql,
  claims: Claim[],
  begin: (judged: Judged[]) => void | Promise<void>,
): Promise<void> {
  await sql.begin(async (tx) => {
    const [, judged] = await Promise.all([
      tx`select set_config('idle_in_transaction_session_timeout', '5s', true)`,
      tx<Judged[]>`
        select m.id, m.attempts, m.profile_id as "profileId", m.channel, coalesce(b.status, 'sending') = 'sending' as wanted,
          why_not(m.require_opt_in, f.opted_in, f.source, profile_address(p, c.address_kind)) as reason,
          profile_address(p, c.address_kind) as "to", m.sender, coalesce(m.title, b.title) as title,
          coalesce(m.body, b.body) as body, coalesce(m.custom_body, b.custom_body) -> m.channel as "customBody", m.metadata,
          m.require_opt_in as "requireOptIn", p.properties
        from jsonb_to_recordset(${tx.json(claims)}) as claimed (id bigint, attempts int)
        join messages m on m.id = claimed.id and m.attempts = claimed.attempts and m.status = 'processing'
        join profiles p on p.id = m.profile_id
        join flags f on f.profile_id = m.profile_id and f.channel = m.channel
        join channels c on c.channel = m.channel
        left join broadcasts b on b.id = m.broadcast_id
        order by m.profile_id, m.channel
        for share of f`,
    ]);
    await begin(judged);
  });
}

/** Writes down how attempts ended, many at once. An attempt that is no longer the newest has no say. */
export async function end(sql: Sql, endings: Ending[]): Promise<void> {
  await sql`
    update messages m set status = ended.status, reason = ended.reason, provider_id = coalesce(ended."providerId", m.provider_id),
      attempt_began_at = null, due_at = now() + make_interval(secs => coalesce(ended."dueIn", 0)), updated_at = now()
    from jsonb_to_recordset(${sql.json(endings)})
      as ended (id bigint, attempts int, status text, reason text, "providerId" text, "dueIn" float8)
    where m.id = ended.id and m.attempts = ended.attempts
      and (m.status = 'processing' or (m.status = 'cancelled' and ended.status = 'sent'))`;
}
