// The conflict check: which rules overlap with others, and which of them never act somewhere.

import type { Sql } from "../database/connect.ts";
import type { Rule, RuleConflict } from "../schemas/rules.ts";
import { keywordsIn } from "./fold.ts";

/** A rule before its conflicts are known. */
export type BareRule = Omit<Rule, "conflicts">;

type Overlap = Pick<Rule, "id" | "inbound" | "keyword" | "folded" | "matches" | "action">;

/**
 * Adds to each rule its conflicts with other active rules, at most 50 of each kind; costs no more
 * where there are many rules.
 */
export async function withConflicts(sql: Sql, rules: readonly BareRule[]): Promise<Rule[]> {
  const active = rules.filter((rule) => rule.active && rule.matches !== "meaning");
  const asked = active.map(({ id, channel, inbound, folded, action }) => {
    return { id, channel, inbound, folded, action, keywords: keywordsIn(folded) };
  });
  const overlaps =
    asked.length === 0
      ? []
      : await sql<(Overlap & { of: string })[]>`
    select r.id as of, o.id, o.inbound, o.keyword, o.folded, o.matches, o.action
    from jsonb_to_recordset(${sql.json(asked)})
      as r (id text, channel text, inbound text, folded text, action text, keywords jsonb)
    cross join lateral (
      (select * from rules s
      where s.channel = r.channel
        and s.folded = any(array(select jsonb_array_elements_text(r.keywords)))
        and s.id <> r.id and s.active and (s.inbound = r.inbound or '*' in (s.inbound, r.inbound))
        and (s.folded = r.folded or (s.action <> r.action and 'reply' not in (s.action, r.action)))
      order by s.folded, s.inbound limit 50)
      union all
      (select * from rules l
      where l.channel = r.channel and l.folded > r.folded and l.folded < r.folded || chr(1114111)
        and l.active and (l.inbound = r.inbound or '*' in (l.inbound, r.inbound))
        and l.action <> r.action and 'reply' not in (l.action, r.action)
      order by l.folded, l.inbound limit 50)
    ) o`;
  return rules.map((rule) => {
    const others = overlaps.filter((overlap) => overlap.of === rule.id);
    return { ...rule, conflicts: others.flatMap((other) => conflictsWith(rule, other)) };
  });
}

function conflictsWith(rule: BareRule, other: Overlap): RuleConflict[] {
  const conflicts: RuleConflict[] = [];
  const same = rule.folded === other.folded;
  if (same && rule.inbound === "*" && other.inbound !== "*") {
    const detail = `On ${other.inbound} the rule for that address wins, with the same keyword.`;
    conflicts.push({ rule: other.id, kind: "neverWins", detail });
  }
  const opposite =
    rule.action !== other.action && rule.action !== "reply" && other.action !== "reply";
  // A whole message is one keyword, so that only the same one matches it as well.
  if (opposite && overlap(rule, other) && (same || shorterBegins(rule, other))) {
    const winner = same ? (rule.inbound === "*" ? other : rule) : longer(rule, other);
    const detail = `A message that begins with "${longer(rule, other).keyword}" matches both; "${winner.keyword}" (${winner.action}) wins.`;
    conflicts.push({ rule: other.id, kind: "opposite", detail });
  }
  return conflicts;
}

/** Whether the longer keyword begins with the whole words of the shorter. */
function overlap(one: Overlap, other: Overlap): boolean {
  const shorter = longer(one, other) === one ? other : one;
  return keywordsIn(longer(one, other).folded).includes(shorter.folded);
}

function shorterBegins(one: Overlap, other: Overlap): boolean {
  return (longer(one, other) === one ? other : one).matches === "beginning";
}

function longer(one: Overlap, other: Overlap): Overlap {
  return one.folded.length >= other.folded.length ? one : other;
}
