// The rules of a preset on one channel and inbound address, added, changed and deleted together.

import { type Sql, transaction } from "../database/connect.ts";
import { Problem } from "../errors.ts";
import { newId } from "../ids.ts";
import {
  answeredChannel,
  type OptOutWords,
  type PresetAdded,
  type PresetBody,
  type PresetChange,
  type PresetPlace,
} from "../schemas/rules.ts";
import { type BareRule, withConflicts } from "./conflicts.ts";
import { presets } from "./presets.ts";
import { inboundOrAny, ruleColumns } from "./rules.ts";

/**
 * Adds the words of a preset, or those of them that are named; those that are there already stay
 * as they are, except that words of this preset without a reply of their own get this one. Throws
 * `invalid` at `inbound`.
 */
export async function addPreset(
  sql: Sql,
  { channel, preset, reply, keywords, ...body }: PresetBody,
): Promise<PresetAdded> {
  const inbound = inboundOrAny(channel, body.inbound);
  return transaction(sql, async (tx) => {
    const place = { channel, inbound, preset };
    const { added, skipped } = await insertPreset(tx, { ...place, reply, keywords });
    if (reply !== null) await giveReply(tx, { ...place, reply });
    return { added: await withConflicts(tx, added), skipped };
  });
}

/** What a new system answers by itself is nobody's own reply. */
async function giveReply(sql: Sql, { channel, inbound, preset, reply }: PresetPlace & Reply) {
  const ready = presets[preset].words.map((word) => word.reply);
  await sql`
    update rules set reply = ${reply}, updated_at = now()
    where channel = ${channel} and inbound = ${inbound} and preset = ${preset}
      and (reply is null or reply in (select jsonb_array_elements_text(${sql.json(ready)})))`;
}

type Reply = { reply: string };

type Wanted = Omit<PresetPlace, "inbound"> & {
  inbound: string;
  /** Absent: each word's own. */
  reply?: string | null | undefined;
  keywords?: readonly string[] | undefined;
};

/** The rules that were added, and the words whose rules are there already. */
export async function insertPreset(
  sql: Sql,
  { channel, inbound, preset, reply, keywords }: Wanted,
): Promise<{ added: BareRule[]; skipped: { keyword: string; rule: string }[] }> {
  const { action, words } = presets[preset];
  const named = keywords && new Set(keywords);
  const asked = named ? words.filter(({ keyword }) => named.has(keyword)) : words;
  // Rules of one moment are listed by id, from the last: so the first word stands first.
  const ids = asked.map(newId).sort().reverse();
  const own = action === "reply";
  const wanted = asked.map((word, position) => {
    const answer = reply === undefined && own ? word.reply : (reply ?? null);
    return { ...word, id: ids[position], reply: answer, position };
  });
  const added = await sql<BareRule[]>`
    insert into rules (id, channel, inbound, keyword, folded, matches, action, reply, active,
      preset)
    select w.id, ${channel}, ${inbound}, w.keyword, w.folded, w.matches, ${action}, w.reply, true,
      ${preset}
    from jsonb_to_recordset(${sql.json(wanted)}) as w (id text, keyword text, folded text,
      matches text, reply text, position int)
    order by w.position
    on conflict (channel, folded, inbound) do nothing
    returning ${ruleColumns(sql)}`;
  const skipped = await sql<{ keyword: string; rule: string }[]>`
    select w.keyword, r.id as rule
    from jsonb_to_recordset(${sql.json(wanted)}) as w (id text, keyword text, folded text,
      position int)
    join rules r on r.channel = ${channel} and r.inbound = ${inbound} and r.folded = w.folded
      and r.id <> w.id
    order by w.position`;
  return { added, skipped };
}

/** Changes the reply of a preset's rules, or pauses or resumes them. Throws `not_found`. */
export async function changePreset(
  sql: Sql,
  { channel, preset, active, reply, ...body }: PresetChange,
): Promise<{ changed: number }> {
  const inbound = inboundOrAny(channel, body.inbound);
  const changed = await sql`
    update rules set active = coalesce(${active ?? null}, active),
      reply = case when ${reply !== undefined} then ${reply ?? null} else reply end,
      updated_at = now()
    where channel = ${channel} and inbound = ${inbound} and preset = ${preset}
    returning id`;
  if (changed.length === 0) throw noPreset();
  return { changed: changed.length };
}

/** Deletes a preset's rules; the events that name them stay. Throws `not_found`. */
export async function deletePreset(
  sql: Sql,
  { channel, preset, ...body }: PresetPlace,
): Promise<{ deleted: string[] }> {
  const inbound = inboundOrAny(channel, body.inbound);
  const deleted = await sql<{ keyword: string }[]>`
    delete from rules where channel = ${channel} and inbound = ${inbound} and preset = ${preset}
    returning keyword`;
  if (deleted.length === 0) throw noPreset();
  return { deleted: deleted.map(({ keyword }) => keyword) };
}

/** How many active rules opt out on each channel on which people answer. */
export async function countOptOutWords(sql: Sql): Promise<OptOutWords> {
  const rows = await sql<{ channel: keyof OptOutWords; words: number }[]>`
    select channel, count(*)::int as words from rules where action = 'optOut' and active
    group by channel`;
  return Object.fromEntries(
    answeredChannel.options.map((channel) => [
      channel,
      rows.find((row) => row.channel === channel)?.words ?? 0,
    ]),
  ) as OptOutWords;
}

function noPreset(): Problem {
  return new Problem("not_found", "There is no rule of this preset on this channel and address.");
}
