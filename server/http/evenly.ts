// Answers that take as long, whatever was found behind them.

import { setTimeout as wait } from "node:timers/promises";

/**
 * Does the work and hands on what comes of it after `milliseconds`, or where it took longer after
 * their next multiple, so that nobody tells from the time which way it went; 0 does not wait.
 */
export async function evenly<Result>(
  milliseconds: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    if (milliseconds > 0) {
      const took = performance.now() - began;
      await wait(Math.ceil(took / milliseconds) * milliseconds - took);
    }
  }
}
