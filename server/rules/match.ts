// Which rule acts on a message: one query by what the message begins with or consists of, and one
// pure choice.

import type { Sql } from "../database/connect.ts";
import type { Channel } from "../schemas/channels.ts";
import type { RuleAction, RuleMatch, Verdict } from "../schemas/rules.ts";
import { fold, keywordsIn } from "./fold.ts";
import { type Heard, hear } from "./hear.ts";
import { wholeOf } from "./whole.ts";

/** What the choice needs of a rule. */
export type Candidate = {
  id: string;
  inbound: string;
  keyword: string;
  folded: string;
  matches: RuleMatch;
  action: RuleAction;
  reply: string | null;
};

/**
 * The rule that acts, and in words why that one; the rest is in order of precedence. `likely` says
 * why a person should look, where no rule opts out; else it is null.
 */
export type Choice = {
  winner: Candidate | null;
  verdict: Verdict;
  why: string;
  likely: string | null;
  matches: Candidate[];
};

/** The `folded` of a rule that phrases match, which no keyword can be. */
export const meaning = "";

/** The choice among the active rules that match a message; `to` as `inboundAddress` writes it. */
export async function matchRule(
  sql: Sql,
  { channel, to, body }: { channel: Channel; to: string; body: string },
): Promise<Choice> {
  const message = look(body);
  const keywords = keywordsOf(message);
  if (keywords.length === 0) return choose(message, []);
  // An array that is worked out first lets the index answer, however many rules there are.
  const rules = await sql<Candidate[]>`
    select id, inbound, keyword, folded, matches, action, reply from rules
    where channel = ${channel}
      and folded = any(array(select jsonb_array_elements_text(${sql.json(keywords)})))
      and inbound in ('*', ${to}) and active`;
  return choose(message, rules);
}

/** What a message is to rules: what it begins with, what all of it is, and what it says. */
export type Message = {
  body: string;
  beginnings: string[];
  whole: ReturnType<typeof wholeOf>;
  heard: Heard;
};

/** Looks at a message once. */
export function look(body: string): Message {
  return { body, beginnings: keywordsIn(body), whole: wholeOf(body), heard: hear(body) };
}

function keywordsOf({ beginnings, whole, heard }: Message): string[] {
  const meant = heard.verdict === "optOut" ? [meaning] : [];
  return [...new Set([...beginnings, ...whole.keywords, ...heard.keywords, ...meant])];
}

/**
 * The longest keyword wins, then a rule for one inbound address, then optOut before optIn before
 * reply. What else the message says goes before an opt-in: with an opt-out in it, it is one.
 */
export function choose(message: Message, rules: readonly Candidate[]): Choice {
  const ordered = matching(message, rules).sort(byPrecedence);
  const [first] = ordered;
  const outs = ordered.filter(({ action }) => action === "optOut");
  const further = first ? furtherThan(message, first) : message.heard;
  const winner = further.verdict === "optOut" ? (outs[0] ?? unlessIn(first)) : first;
  const matches = winner ? [winner, ...ordered.filter((rule) => rule !== winner)] : ordered;
  if (winner?.action === "optOut") {
    const why = `${reasonOf(message, winner)}${whyNot(winner, matches)}.`;
    return { winner, verdict: "optOut", why, likely: null, matches };
  }
  const likely = whyLikely(further, winner);
  // Whoever may have said no is opted in by nothing in the same message.
  if (likely !== null && (!winner || winner.action === "optIn")) {
    return { winner: null, verdict: "likely", why: likely, likely, matches };
  }
  if (!winner) {
    return { winner: null, verdict: "none", why: "No rule matches the message.", likely, matches };
  }
  const why = `${reasonOf(message, winner)}${whyNot(winner, matches)}.`;
  return { winner, verdict: likely === null ? winner.action : "likely", why, likely, matches };
}

function matching({ beginnings, whole, heard }: Message, rules: readonly Candidate[]) {
  const begins = new Set(beginnings);
  const says = new Set(heard.keywords);
  const consistsOf = whole.among(new Set(rules.map(({ folded }) => folded)));
  return rules.filter(
    ({ matches, folded, action }) =>
      (matches === "beginning" && begins.has(folded)) ||
      (matches === "whole" && consistsOf.has(folded)) ||
      (matches === "meaning" && heard.verdict === "optOut") ||
      (action === "optOut" && says.has(folded)),
  );
}

/** What counts beside a rule: all that the message says, but the very word that opts in. */
function furtherThan({ body, heard }: Message, { folded, action }: Candidate): Heard {
  if (action === "optOut" || (action === "reply" && heard.verdict === "optOut")) return heard;
  const text = fold(body);
  const at = text.indexOf(folded);
  return at < 0 ? heard : hear(`${text.slice(0, at)}\n${text.slice(at + folded.length)}`);
}

/** No rule opts out, so that a person has to look; until then nobody is opted in. */
function unlessIn(rule: Candidate | undefined): Candidate | undefined {
  return rule?.action === "optIn" ? undefined : rule;
}

function whyLikely(heard: Heard, winner: Candidate | undefined): string | null {
  if (heard.verdict === "none") return null;
  const says = `${heard.because.charAt(0).toUpperCase()}${heard.because.slice(1)}`;
  if (heard.verdict === "likely") return `${says}.`;
  return winner ? `${says}, and the rule for it only replies.` : `${says}, and no rule opts out.`;
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

function reasonOf({ beginnings, heard }: Message, { keyword, folded, matches }: Candidate) {
  if (matches === "meaning") return `The message opts out, because ${heard.because}`;
  if (matches === "beginning" && beginnings.includes(folded))
    return `The message begins with "${keyword}"`;
  return `All that the message says is "${keyword}"`;
}

function whyNot(winner: Candidate, [, second]: readonly Candidate[]): string {
  if (!second || winner.matches === "meaning" || second.matches === "meaning") return "";
  if (winner.folded.length > second.folded.length)
    return `, which is longer than "${second.keyword}"`;
  if (winner.folded.length < second.folded.length) return ", and an opt-out goes before all else";
  if (winner.inbound !== second.inbound)
    return ", and a rule for one inbound address goes before a rule for any";
  return ", and optOut goes before optIn before reply";
}
