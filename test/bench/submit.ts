// Submitting a form for a profile that is known: limits, flag, event, evidence, committed.

import { startBare } from "./bare.ts";
import { compare } from "./compare.ts";
import { submitRequests } from "./requests.ts";
import { type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

/** Throughput and median latency against the bare server. */
export async function submit(stage: Stage): Promise<Row[]> {
  const bare = await startBare(stage);
  const requests = stage.load.prepare(submitRequests(stage));
  const found = await compare(stage.load, { requests, ours: stage.ours.port, bare: bare.port });
  return [
    row({
      what: "submit a form, requests/s",
      ours: found.ours.perSecond,
      bare: found.bare.perSecond,
      ratio: found.ratio.perSecond,
      atLeast: 0.8,
    }),
    row({
      what: "submit a form, p50",
      ours: found.ours.p50,
      bare: found.bare.p50,
      ratio: found.ratio.p50,
      atMost: 1.5,
      unit: " ms",
      digits: 2,
    }),
  ];
}
