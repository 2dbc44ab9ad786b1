// Reading broadcasts, with how far they have come.

import { fromTimeCursor, type Page, type PageQuery, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import type { Broadcast } from "../schemas/broadcasts.ts";

/** A broadcast. Throws `not_found`. */
export async function readBroadcast(sql: Sql, id: string): Promise<Broadcast> {
  const [broadcast] = await sql<
    Broadcast[]
  >`select ${broadcastColumns(sql)} from broadcasts b where b.id = ${id}`;
  if (!broadcast) throw noBroadcast();
  return broadcast;
}

/** The broadcasts, newest first. */
export async function listBroadcasts(
  sql: Sql,
  { limit, cursor }: PageQuery,
): Promise<Page<Broadcast>> {
  const { time = null, id = null } = fromTimeCursor(cursor) ?? {};
  const broadcasts = await sql<Broadcast[]>`
    select ${broadcastColumns(sql)} from broadcasts b
    where ${time}::timestamptz is null
      or (date_trunc('milliseconds', b.created_at), b.id) < (${time}, ${id})
    order by date_trunc('milliseconds', b.created_at) desc, b.id desc
    limit ${limit + 1}`;
  return toPage(broadcasts, limit, (broadcast) => `${broadcast.createdAt} ${broadcast.id}`);
}

/** The problem of a broadcast that is not there. */
export function noBroadcast(): Problem {
  return new Problem("not_found", "There is no broadcast with this id.");
}

function broadcastColumns(sql: Sql) {
  return sql`
    b.id, b.name, b.channel, b.title, b.body, b.status, b.rate, b.audience,
    b.created_at as "createdAt", b.updated_at as "updatedAt", (
    select json_build_object(
      'queued', coalesce(sum(n) filter (where status = 'processing'), 0),
      'sent', b.total - coalesce(sum(n), 0),
      'filtered', coalesce(sum(n) filter (where status = 'filtered'), 0),
      'failed', coalesce(sum(n) filter (where status in ('failed', 'expired')), 0),
      'unknown', coalesce(sum(n) filter (where status = 'unknown'), 0),
      'cancelled', coalesce(sum(n) filter (where status = 'cancelled'), 0)
    )
    -- The rest was sent, and perhaps delivered or read. That is by far the most, so it is not
    -- counted.
    from (
      select m.status, count(*)::int as n from messages m
      where m.broadcast_id = b.id
        and m.status in ('processing', 'filtered', 'failed', 'unknown', 'expired',
          'cancelled')
      group by m.status
    ) by_status
  ) as counts`;
}
