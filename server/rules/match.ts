// Which rule acts on a message: one query by what the message begins with, and one pure choice.

import type { Sql } from "../database/connect.ts";
import type { Channel } from "../schemas/channels.ts";
import type { RuleAction } from "../schemas/rules.ts";
import { keywordsIn } from "./fold.ts";

/** What the choice needs of a rule. */
export type Candidate = {
  id: string;
  inbound: string;
  keyword: string;
  folded: string;
  action: RuleAction;
  reply: string | null;
};

/** The rule that acts, and in words why that one; the rest is in order of precedence. */
export type Choice = { winner: Candidate | null; why: string; matches: Candidate[] };

/** The choice among the active rules that match a message; `to` as `inboundAddress` writes it. */
export async function matchRule(
  sql: Sql,
  { channel, to, body }: { channel: Channel; to: string; body: string },
): Promise<Choice> {
  const keywords = keywordsIn(body);
  if (keywords.length === 0) return choose([]);
  // An array that is worked out first lets the index answer, however many rules there are.
  const matches = await sql<Candidate[]>`
    select id, inbound, keyword, folded, action, reply from rules
    where channel = ${channel}
      and folded = any(array(select jsonb_array_elements_text(${sql.json(keywords)})))
      and inbound in ('*', ${to}) and active`;
  return choose(matches);
}

/**
 * The longest keyword wins, then a rule for one inbound address, then optOut before optIn before
 * reply.
 */
export function choose(matches: readonly Candidate[]): Choice {
  const ordered = [...matches].sort(byPrecedence);
  const [winner, second] = ordered;
  if (!winner)
    return { winner: null, why: "The message begins with no keyword.", matches: ordered };
  return {
    winner,
    why: `The message begins with "${winner.keyword}"${whyNot(winner, second)}.`,
    matches: ordered,
  };
}

const precedence: Record<RuleAction, number> = { optOut: 0, optIn: 1, reply: 2 };

function byPrecedence(one: Candidate, other: Candidate): number {
  return (
    other.folded.length - one.folded.length ||
    Number(one.inbound === "*") - Number(other.inbound === "*") ||
    precedence[one.action] - precedence[other.action] ||
    (one.id < other.id ? -1 : 1)
  );
}

function whyNot(winner: Candidate, second: Candidate | undefined): string {
  if (!second) return "";
  if (winner.folded.length > second.folded.length)
    return `, which is longer than "${second.keyword}"`;
  if (winner.inbound !== second.inbound)
    return ", and a rule for one inbound address goes before a rule for any";
  return ", and optOut goes before optIn before reply";
}
