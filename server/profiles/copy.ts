// A person's own copy of all that is held about them, made piece by piece.

import type { Sql } from "../database/connect.ts";
import { oneRow } from "../database/one-row.ts";
import { Problem } from "../errors.ts";
import { eventColumns, readFlags } from "../flags/flags.ts";
import type { OpenedLink } from "../links/links.ts";
import { deadLink, requireWhole } from "../links/preferences.ts";
import { readProfile } from "./read.ts";

/** Copies of one person in an hour. */
const maxCopies = 240;

/** Rows that are read at once. */
const pageSize = 200;

type Row = { id: string };

/** The copy is read on `slowReads`; only what limits the copies is written. */
type Pools = { sql: Sql; slowReads: Sql };

/**
 * The text of the copy as JSON, in pieces. Throws `forbidden`, `not_found` and `rate_limited`,
 * before the first piece.
 */
export async function makeCopy(
  { sql, slowReads }: Pools,
  link: OpenedLink,
): Promise<AsyncGenerator<string>> {
  requireWhole(link);
  const asked = await oneRow(sql<[{ id: string | null; wait: number | null }]>`
    select id, case when id is not null
      then take_limit(address_hash('copy', id), ${maxCopies}, 3600) end as wait
    from linked_profile(${sql.json(link)}) as id`);
  if (asked.id === null) throw deadLink();
  if (asked.wait) {
    throw new Problem("rate_limited", "That was too many copies. Wait a little and try again.", {
      retryAfter: asked.wait,
    });
  }
  const [profile, flags] = await Promise.all([
    readProfile(slowReads, asked.id),
    readFlags(slowReads, asked.id),
  ]);
  return pieces(slowReads, asked.id, { madeAt: new Date().toISOString(), profile, flags });
}

async function* pieces(sql: Sql, id: string, head: object): AsyncGenerator<string> {
  yield JSON.stringify(head).slice(0, -1);
  yield* list("events", async function* () {
    const merged = await sql<
      Row[]
    >`select id from merged_profiles where profile_id = ${id} order by id`;
    for (const profile of [{ id }, ...merged])
      yield* pages((after) => eventsOf(sql, id, profile.id, after));
  });
  yield* list("messages", () => pages((after) => messagesOf(sql, id, after)));
  yield* list("inbounds", () => pages((after) => inboundsOf(sql, id, after)));
  yield* list("submissions", () => pages((after) => submissionsOf(sql, id, after)));
  yield "}\n";
}

/** One list of the copy, a page of rows a piece. */
async function* list(name: string, read: () => AsyncIterable<Row[]>): AsyncGenerator<string> {
  yield `,${JSON.stringify(name)}:[`;
  let first = true;
  for await (const rows of read()) {
    yield (first ? "" : ",") + rows.map((row) => JSON.stringify(row)).join(",");
    first = false;
  }
  yield "]";
}

async function* pages(read: (after: string) => Promise<Row[]>): AsyncGenerator<Row[]> {
  for (let after = "0"; ; ) {
    const rows = await read(after);
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
    after = (rows.at(-1) as Row).id;
  }
}

function eventsOf(sql: Sql, person: string, profileId: string, after: string) {
  return sql<Row[]>`
    select ${eventColumns(sql)}
    from events e left join evidence d on d.profile_id = e.profile_id and d.event_id = e.id
    where e.profile_id = ${profileId} and e.id > ${after} and (
      e.profile_id = ${person}
        or e.at <= (select merged_at from merged_profiles where id = ${profileId})
    )
    order by e.id
    limit ${pageSize}`;
}

function messagesOf(sql: Sql, person: string, after: string) {
  return sql<Row[]>`
    select m.id, m.channel, m.status, m.reason, m.sender, coalesce(m.title, b.title) as title,
      coalesce(m.body, b.body) as body, coalesce(m.custom_body, b.custom_body) as "customBody",
      m.metadata, m.broadcast_id as broadcast, m.provider_id as "providerId",
      m.created_at as "createdAt", m.updated_at as "updatedAt"
    from messages m left join broadcasts b on b.id = m.broadcast_id
    where m.profile_id = ${person} and m.id > ${after}
    order by m.id
    limit ${pageSize}`;
}

function inboundsOf(sql: Sql, person: string, after: string) {
  return sql<Row[]>`
    select id, channel, sender as "from", recipient as "to", body, message_id as "messageId",
      action, rule_id as rule, session, event_id as event, received_at as "receivedAt"
    from inbounds
    where profile_id = ${person} and id > ${after}
    order by id
    limit ${pageSize}`;
}

function submissionsOf(sql: Sql, person: string, after: string) {
  return sql<Row[]>`
    select s.id, s.form_id as form, s.wording, w.channel,
      w.confirmation_message as "confirmationMessage", w.button_text as "buttonText",
      s.event_id as event, s.at
    from submissions s join wordings w on w.form_id = s.form_id and w.number = s.wording
    where (s.profile_id = ${person}
      or s.profile_id in (select id from merged_profiles where profile_id = ${person}))
      and s.id > ${after}
    order by s.id
    limit ${pageSize}`;
}
