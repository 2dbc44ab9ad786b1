// Guesses from the time of the answer whether a form knows an address, as a stranger would.

import { type Row, row } from "./rows.ts";
import { phoneNumber, type Server, type Stage } from "./stage.ts";

const [lessons, guesses] = [400, 1_000];
let strangers = 0;

/** How many of 1,000 guesses are right: with the server at full speed, and as it answers. */
export async function guess(stage: Stage): Promise<Row[]> {
  const even = await stage.serve(stage.databaseUrl, { ANSWER_TIME: "100" });
  const form = stage.forms[0];
  const bare = await rightOf(stage.ours, { form, profiles: stage.profiles });
  const ours = await rightOf(even, { form, profiles: stage.profiles });
  return [
    row({
      what: "guess by time who is known (beside: without ANSWER_TIME)",
      ours,
      bare,
      ratio: ours,
      atMost: 55,
      unit: "% right",
      digits: 1,
    }),
  ];
}

/**
 * The share of right guesses, in percent, with the threshold that was best for the previous
 * answers.
 */
async function rightOf(
  server: Server,
  { form, profiles }: { form: string; profiles: number },
): Promise<number> {
  const learned = await timesOf(server, { form, profiles, count: lessons });
  const { limit, above } = bestLimit(learned);
  const tried = await timesOf(server, { form, profiles, count: guesses });
  const right = tried.filter(({ known, took }) => known === (took > limit === above));
  return (100 * right.length) / tried.length;
}

type Timed = { known: boolean; took: number };

/** Submits for a known and for an unknown person in turn, and measures the time. */
async function timesOf(
  { url }: Server,
  { form, profiles, count }: { form: string; profiles: number; count: number },
): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (let n = 0; n < count; n++) {
    const known = n % 2 === 0;
    const index = known ? (n * 7_919) % profiles : profiles + 1_000_000 + ++strangers;
    const began = performance.now();
    const answer = await fetch(`${url}/public/forms/${form}/submissions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ address: phoneNumber(index), wording: 1 }),
    });
    await answer.text();
    timed.push({ known, took: performance.now() - began });
    if (!answer.ok) throw new Error(`The form answered ${answer.status}.`);
  }
  return timed;
}

/** The time that separates the two best, and whether the known are above it. */
function bestLimit(timed: Timed[]): { limit: number; above: boolean } {
  let best = { limit: 0, above: true, right: 0 };
  const known = timed.filter((one) => one.known).length;
  let knownBelow = 0;
  const sorted = [...timed].sort((a, b) => a.took - b.took);
  for (const [index, { known: isKnown, took }] of sorted.entries()) {
    if (isKnown) knownBelow++;
    const strangersBelow = index + 1 - knownBelow;
    const above = strangersBelow + known - knownBelow;
    if (above > best.right) best = { limit: took, above: true, right: above };
    const below = timed.length - above;
    if (below > best.right) best = { limit: took, above: false, right: below };
  }
  return best;
}
