// What a dispatcher does again and again: at once while there is more, else when it is poked, or
// after a while.

import type { Logger } from "pino";
import { loggable } from "../loggable.ts";

export type Loop = {
  /** Lets the next turn come now, or soon. */
  poke(): void;
  /** No turn begins after this; settles when the last one has ended. */
  stop(): Promise<void>;
};

type Options = {
  name: string;
  log: Logger;
  /** Milliseconds between two looks at an empty queue. */
  interval?: number | undefined;
};

/**
 * Milliseconds for which pokes are gathered, so that a burst of single messages is claimed as one.
 */
const gathers = 20;

/**
 * Takes turns until it is stopped. A turn answers true where there may be more; after one that
 * fails the wait grows, to 5 s.
 */
export function startLoop(
  { name, log, interval = 500 }: Options,
  turn: () => Promise<boolean>,
): Loop {
  const { sleep, wake } = sleeper();
  let stopping = false;
  let poking: NodeJS.Timeout | undefined;

  const run = async () => {
    let failures = 0;
    while (!stopping) {
      try {
        if (!(await turn())) await sleep(interval);
        failures = 0;
      } catch (error) {
        log.warn(loggable(error as Error), `dispatch to ${name} is interrupted`);
        await sleep(Math.min(interval * 2 ** failures++, 5000));
      }
    }
  };

  const running = run();
  return {
    poke() {
      poking ??= setTimeout(() => {
        poking = undefined;
        wake();
      }, gathers);
    },
    async stop() {
      stopping = true;
      clearTimeout(poking);
      wake();
      await running;
    },
  };
}

/**
 * Sleeps until the time is over or somebody wakes it; being woken while awake makes the next sleep
 * none.
 */
export function sleeper() {
  let woken = false;
  let rise: (() => void) | undefined;
  return {
    sleep: (milliseconds: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => rise?.(), milliseconds);
        rise = () => {
          clearTimeout(timer);
          rise = undefined;
          woken = false;
          resolve();
        };
        if (woken) rise();
      }),
    wake() {
      woken = true;
      rise?.();
    },
  };
}
