// Keyword rules: what a message that begins with a word does with its sender.

import { inboundAddress } from "../addresses/inbound.ts";
import { fromTimeCursor, type Page, toPage } from "../cursors.ts";
import { isUniqueViolation, type Sql, transaction } from "../database/connect.ts";
import { invalid, Problem } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Channel } from "../schemas/channels.ts";
import type {
  PresetAdded,
  PresetBody,
  Rule,
  RuleBody,
  RuleQuery,
  RuleTest,
  RuleTested,
} from "../schemas/rules.ts";
import { type BareRule, withConflicts } from "./conflicts.ts";
import { fold, foldKeyword, longestKeyword } from "./fold.ts";
import { matchRule } from "./match.ts";
import { presets } from "./presets.ts";

/**
 * Makes a rule. Throws `invalid`, and `rule_exists` where another has the same channel, inbound
 * address and keyword.
 */
export async function createRule(sql: Sql, body: RuleBody): Promise<Rule> {
  const { channel, keyword, action, reply, active } = body;
  const { inbound, folded } = normalise(body);
  const [made] = await sql<BareRule[]>`
    insert into rules (id, channel, inbound, keyword, folded, action, reply, active)
    values (${newId()}, ${channel}, ${inbound}, ${keyword}, ${folded}, ${action}, ${reply},
      ${active})
    on conflict (channel, folded, inbound) do nothing
    returning ${ruleColumns(sql)}`;
  if (!made) throw await ruleExists(sql, { channel, inbound, folded });
  return one(sql, made);
}

/**
 * Replaces a rule; the next message received by any server finds the new one. Throws as
 * `createRule`, and `not_found`.
 */
export async function replaceRule(
  sql: Sql,
  { id, body }: { id: string; body: RuleBody },
): Promise<Rule> {
  const { channel, keyword, action, reply, active } = body;
  const { inbound, folded } = normalise(body);
  try {
    const [changed] = await sql<BareRule[]>`
      update rules set channel = ${channel}, inbound = ${inbound}, keyword = ${keyword},
        folded = ${folded}, action = ${action}, reply = ${reply}, active = ${active},
        updated_at = now()
      where id = ${id}
      returning ${ruleColumns(sql)}`;
    if (!changed) throw noRule();
    return await one(sql, changed);
  } catch (error) {
    throw isUniqueViolation(error) ? await ruleExists(sql, { channel, inbound, folded }) : error;
  }
}

/** Deletes a rule; the events that name it stay. Throws `not_found`. */
export async function deleteRule(sql: Sql, id: string): Promise<void> {
  const deleted = await sql`delete from rules where id = ${id} returning id`;
  if (deleted.length === 0) throw noRule();
}

/** A rule with its conflicts. Throws `not_found`. */
export async function readRule(sql: Sql, id: string): Promise<Rule> {
  const [found] = await sql<BareRule[]>`select ${ruleColumns(sql)} from rules where id = ${id}`;
  if (!found) throw noRule();
  return one(sql, found);
}

/** The rules, newest first, each with its conflicts; of one channel where asked. */
export async function listRules(
  sql: Sql,
  { channel, limit, cursor }: RuleQuery,
): Promise<Page<Rule>> {
  const { time = null, id = null } = fromTimeCursor(cursor) ?? {};
  const rules = await sql<BareRule[]>`
    select ${ruleColumns(sql)} from rules
    where (${channel ?? null}::text is null or channel = ${channel ?? null})
      and (${time}::timestamptz is null
        or (date_trunc('milliseconds', created_at), id) < (${time}, ${id}))
    order by date_trunc('milliseconds', created_at) desc, id desc
    limit ${limit + 1}`;
  const { items, nextCursor } = toPage(rules, limit, (rule) => `${rule.createdAt} ${rule.id}`);
  return { items: await withConflicts(sql, items), nextCursor };
}

/**
 * Adds the words of a preset; those that are there already stay as they are. Throws `invalid` at
 * `inbound`.
 */
export async function addPreset(
  sql: Sql,
  { channel, preset, reply, ...body }: PresetBody,
): Promise<PresetAdded> {
  const { action, keywords } = presets[preset];
  const inbound = inboundOrAny(channel, body.inbound);
  // Rules of one moment are listed by id, from the last: so the first word stands first.
  const ids = keywords.map(newId).sort().reverse();
  const wanted = keywords.map((keyword, position) => {
    return { id: ids[position], keyword, folded: foldKeyword(keyword), position };
  });
  return transaction(sql, async (tx) => {
    const added = await tx<BareRule[]>`
      insert into rules (id, channel, inbound, keyword, folded, action, reply, active)
      select w.id, ${channel}, ${inbound}, w.keyword, w.folded, ${action}, ${reply}, true
      from jsonb_to_recordset(${tx.json(wanted)}) as w (id text, keyword text, folded text,
        position int)
      order by w.position
      on conflict (channel, folded, inbound) do nothing
      returning ${ruleColumns(tx)}`;
    const skipped = await tx<{ keyword: string; rule: string }[]>`
      select w.keyword, r.id as rule
      from jsonb_to_recordset(${tx.json(wanted)}) as w (id text, keyword text, folded text,
        position int)
      join rules r on r.channel = ${channel} and r.inbound = ${inbound} and r.folded = w.folded
        and r.id <> w.id
      order by w.position`;
    return { added: await withConflicts(tx, added), skipped };
  });
}

/**
 * Which rules match a message, which one acts, and why. Changes nothing. Throws `invalid` at `to`.
 */
export async function testRules(sql: Sql, { channel, to, body }: RuleTest): Promise<RuleTested> {
  const { winner, why, matches } = await matchRule(sql, {
    channel,
    to: inboundAddress(channel, to, "to"),
    body,
  });
  return { text: fold(body).trim(), matches, winner, why };
}

function normalise({ channel, inbound, keyword }: RuleBody): { inbound: string; folded: string } {
  const folded = foldKeyword(keyword);
  if (folded === "") throw invalid("keyword", "A keyword needs a letter, a digit or an emoji.");
  if (folded.length > longestKeyword) {
    throw invalid(
      "keyword",
      `At most ${longestKeyword} characters, as messages are compared with it.`,
    );
  }
  return { inbound: inboundOrAny(channel, inbound), folded };
}

function inboundOrAny(channel: Channel, inbound: string): string {
  return inbound === "*" ? "*" : inboundAddress(channel, inbound, "inbound");
}

async function one(sql: Sql, rule: BareRule): Promise<Rule> {
  const [whole] = await withConflicts(sql, [rule]);
  return whole as Rule;
}

function ruleColumns(sql: Sql) {
  return sql`
    id, channel, inbound, keyword, folded, action, reply, active, created_at as "createdAt",
    updated_at as "updatedAt"`;
}

async function ruleExists(
  sql: Sql,
  { channel, inbound, folded }: { channel: Channel; inbound: string; folded: string },
): Promise<Problem> {
  const [first] = await sql<Pick<Rule, "id" | "keyword" | "action" | "active">[]>`
    select id, keyword, action, active from rules
    where channel = ${channel} and inbound = ${inbound} and folded = ${folded}`;
  const detail =
    "There is a rule for this keyword on this channel and inbound address already. " +
    "Edit that rule, or choose another keyword.";
  if (!first) return new Problem("rule_exists", detail);
  const does = `${effects[first.action]}${first.active ? "" : " and is paused"}`;
  // As that rule spells it: what was asked for may be written otherwise and be the same keyword.
  const message =
    `There is a rule for "${first.keyword}" already: it ${does} (rule ${first.id}). ` +
    "Edit that rule, or choose another keyword.";
  return new Problem("rule_exists", detail, { issues: [{ path: "keyword", message }] });
}

const effects = { optIn: "opts in", optOut: "opts out", reply: "only replies" } as const;

function noRule(): Problem {
  return new Problem("not_found", "There is no rule with this id.");
}
