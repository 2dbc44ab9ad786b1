// Two servers under the same load in turns, so that a noisy machine disturbs both alike.

import type { Load, Requests, Run } from "./load.ts";
import { median } from "./rows.ts";

export type Comparison = {
  ours: { perSecond: number; p50: number; p99: number };
  bare: { perSecond: number; p50: number; p99: number };
  /** Medians of ours / bare, each from two consecutive turns. */
  ratio: { perSecond: number; p50: number };
};

type Options = {
  requests: Requests;
  ours: number;
  bare: number;
  rounds?: number;
  seconds?: number;
};

/** Loads the servers on two ports in turns: A B, B A, ... */
export async function compare(
  load: Load,
  { requests, ours, bare, rounds = 10, seconds = 1.5 }: Options,
): Promise<Comparison> {
  for (const port of [ours, bare]) await load.run(port, requests, { seconds: 3 });
  const runs: { ours: Run; bare: Run }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = await load.run(round % 2 ? bare : ours, requests, { seconds });
    const second = await load.run(round % 2 ? ours : bare, requests, { seconds });
    runs.push(round % 2 ? { ours: second, bare: first } : { ours: first, bare: second });
  }
  const middle = (pick: (run: (typeof runs)[number]) => number) => median(runs.map(pick));
  const of = (who: "ours" | "bare") => ({
    perSecond: middle((run) => run[who].perSecond),
    p50: middle((run) => run[who].p50),
    p99: middle((run) => run[who].p99),
  });
  return {
    ours: of("ours"),
    bare: of("bare"),
    ratio: {
      perSecond: middle((run) => run.ours.perSecond / run.bare.perSecond),
      p50: middle((run) => run.ours.p50 / run.bare.p50),
    },
  };
}
