// Waits for the thing itself.

import { setTimeout as wait } from "node:timers/promises";

/**
 * Asks until the answer is true, and returns it; throws after `seconds`, with what it waited for.
 */
export async function until<Result>(
  what: string,
  ask: () => Result | Promise<Result>,
  seconds = 30,
): Promise<NonNullable<Exclude<Result, false>>> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as NonNullable<Exclude<Result, false>>;
    if (performance.now() > end) throw new Error(`Waited ${seconds} s in vain: ${what}`);
    await wait(10);
  }
}
