// Making a broadcast: its audience is frozen in one set-based statement, committed together with
// it.

import { type Sql, transaction } from "../database/connect.ts";
import { newId } from "../ids.ts";
import type { Audience, Broadcast, NewBroadcast, Preview } from "../schemas/broadcasts.ts";
import type { Channel } from "../schemas/channels.ts";
import { judgedAudience } from "./audience.ts";
import { withList } from "./list.ts";
import { readBroadcast } from "./read.ts";

/**
 * Makes a broadcast and queues a message for each person of its audience who may get it. Throws
 * `invalid`.
 */
export async function createBroadcast(sql: Sql, wanted: NewBroadcast): Promise<Broadcast> {
  const id = newId();
  const { name, channel, title, body, customBody, audience, rate } = wanted;
  return transaction(sql, async (tx) => {
    await tx`
      insert into broadcasts (id, name, channel, title, body, custom_body, audience, status, rate)
      values (${id}, ${name}, ${channel}, ${title ?? null}, ${body},
        ${customBody ? tx.json(customBody as never) : null},
        ${tx.json(described(audience) as never)}, 'sending', ${rate ?? null})`;
    await freezeAudience(tx, { id, channel, audience });
    return readBroadcast(tx, id);
  });
}

/** Queues the messages of a broadcast, once: doing it again adds nothing. Answers how many. */
export async function freezeAudience(
  sql: Sql,
  { id, channel, audience }: { id: string; channel: Channel; audience: Audience },
): Promise<number> {
  return withList(sql, audience, async (tx, list) => {
    const frozen = await tx`
    with frozen as (
      update broadcasts set frozen_at = now() where id = ${id} and frozen_at is null returning id
    )
    insert into messages (profile_id, channel, broadcast_id, require_opt_in, status)
    select judged.profile_id, ${channel}, frozen.id, true, 'processing'
    from frozen cross join (${judgedAudience(tx, { channel, audience, list })}) judged
    where judged.reason is null`;
    await tx`update broadcasts set total = total + ${frozen.count} where id = ${id}`;
    return frozen.count;
  });
}

/** Who would get a broadcast now, and who would not, by reason; sends nothing. Throws `invalid`. */
export async function previewBroadcast(
  sql: Sql,
  target: { channel: Channel; audience: Audience },
): Promise<Preview> {
  const rows = await withList(
    sql,
    target.audience,
    (tx, list) => tx<
      { reason: Preview["willNot"][number]["reason"] | null; count: number; examples: string[] }[]
    >`
    with judged as materialized (${judgedAudience(tx, { ...target, list })}),
    counted as (select reason, count(*)::int as count from judged group by reason)
    select counted.reason, counted.count, (
      select coalesce(json_agg(example.given), '[]')
      from (
        select given from judged where judged.reason is not distinct from counted.reason limit 5
      ) example
    ) as examples
    from counted
    order by counted.count desc`,
  );
  const willGet = rows.find((row) => row.reason === null);
  return {
    willGet: { count: willGet?.count ?? 0, examples: willGet?.examples ?? [] },
    willNot: rows.flatMap(({ reason, count, examples }) =>
      reason === null ? [] : [{ reason, count, examples }],
    ),
  };
}

/** What is kept of an audience: a list's length, not the list, which would keep addresses. */
function described(audience: Audience): object {
  if ("profileIds" in audience) return { profileIds: audience.profileIds.length };
  if ("addresses" in audience) return { addresses: audience.addresses.length };
  if ("csv" in audience) return { csv: audience.csv.trim().split("\n").length - 1 };
  return audience;
}
