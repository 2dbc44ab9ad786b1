// Keyword rules: what a message that begins with a word does with its sender.

import { inboundAddress } from "../addresses/inbound.ts";
import { fromTimeCursor, type Page, toPage } from "../cursors.ts";
import { isUniqueViolation, type Sql } from "../database/connect.ts";
import { invalid, Problem } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Rule, RuleBody, RuleQuery, RuleTest, RuleTested } from "../schemas/rules.ts";
import { type BareRule, withConflicts } from "./conflicts.ts";
import { fold, foldKeyword, longestKeyword } from "./fold.ts";
import { matchRule, meaning } from "./match.ts";

/**
 * Makes a rule. Throws `invalid`, and `rule_exists` where another has the same channel, inbound
 * address and keyword.
 */
export async function createRule(sql: Sql, body: RuleBody): Promise<Rule> {
  const { channel, keyword, matches = "beginning", action, reply, active } = body;
  const { inbound, folded } = normalise(body);
  const [made] = await sql<BareRule[]>`
    insert into rules (id, channel, inbound, keyword, folded, matches, action, reply, active)
    values (${newId()}, ${channel}, ${inbound}, ${keyword}, ${folded}, ${matches}, ${action},
      ${reply}, ${active})
    on conflict (channel, folded, inbound) do nothing
    returning ${ruleColumns(sql)}`;
  if (!made) throw await ruleExists(sql, { channel, inbound, folded });
  return one(sql, made);
}

/**
 * Replaces a rule, except what it matches where that is not named; the next message received by
 * any server finds the new one. Throws as `createRule`, and `not_found`.
 */
export async function replaceRule(
  sql: Sql,
  { id, body }: { id: string; body: RuleBody },
): Promise<Rule> {
  const { channel, keyword, matches = null, action, reply, active } = body;
  const { inbound, folded } = await normaliseChange(sql, { id, body });
  try {
    const [changed] = await sql<BareRule[]>`
      update rules set channel = ${channel}, inbound = ${inbound}, keyword = ${keyword},
        folded = ${folded}, matches = coalesce(${matches}, matches), action = ${action},
        reply = ${reply}, active = ${active},
        preset = case when folded = ${folded} and action = ${action} then preset end,
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
 * Which rules match a message, which one acts, and why. Changes nothing. Throws `invalid` at `to`.
 */
export async function testRules(sql: Sql, { channel, to, body }: RuleTest): Promise<RuleTested> {
  const choice = await matchRule(sql, { channel, to: inboundAddress(channel, to, "to"), body });
  return { text: fold(body).trim(), ...choice };
}

/** A rule that phrases match stays one where the body does not say. */
async function normaliseChange(sql: Sql, { id, body }: { id: string; body: RuleBody }) {
  if (body.matches !== undefined || body.action !== "optOut") return normalise(body);
  const [rule] = await sql<Pick<Rule, "matches">[]>`select matches from rules where id = ${id}`;
  return normalise({ ...body, matches: rule?.matches });
}

function normalise(body: RuleBody): { inbound: string; folded: string } {
  const { channel, inbound, keyword, matches } = body;
  if (matches === "meaning") return { inbound: inboundOrAny(channel, inbound), folded: meaning };
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

/** An inbound address as rules hold it. Throws `invalid` at `inbound`. */
export function inboundOrAny(channel: Channel, inbound: string): string {
  return inbound === "*" ? "*" : inboundAddress(channel, inbound, "inbound");
}

async function one(sql: Sql, rule: BareRule): Promise<Rule> {
  const [whole] = await withConflicts(sql, [rule]);
  return whole as Rule;
}

/** The columns of a `BareRule`. */
export function ruleColumns(sql: Sql) {
  return sql`
    id, channel, inbound, keyword, folded, matches, action, reply, active, preset,
    created_at as "createdAt", updated_at as "updatedAt"`;
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
