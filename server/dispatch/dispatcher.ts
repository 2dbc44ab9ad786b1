// The dispatcher: claims what is due, asks once more whether it may go, and hands it to a transport. Any number of servers run one.

import type { Logger } from "pino";
import type postgres from "postgres";
import { setFlag } from "../flags.ts";
import { loggable } from "../loggable.ts";
import { fillIn } from "../messages/content.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Outcome, Outgoing, Transport } from "../transports/transport.ts";
import type { Unsubscription } from "../unsubscribe.ts";
import { type Claim, claim, type Ending, end, holdAndBegin, type Judged } from "./claims.ts";

export type Dispatcher = {
  /** Looks for due messages now rather than at the next turn. */
  poke(): void;
  /** Begins nothing more; settles when what was begun has ended and is written down. */
  stop(): Promise<void>;
};

type Options = {
  sql: postgres.Sql;
  log: Logger;
  transport: Transport;
  channels: Channel[];
  /** The person's link to opt out of a channel; null where there is none. */
  unsubscribeUrl: (link: Unsubscription) => string | null;
  /** Milliseconds between two looks at an empty queue. */
  interval?: number;
};

/** The most messages of one claim. */
const largestBatch = 500;

/** Seconds for which a claimed message is nobody else's: longer than any transport takes for a call. */
const lease = 120;

/** Milliseconds after the check within which a call must begin; the flags are held for 5,000. */
const beginsWithin = 1000;

const mostAttempts = 8;

/** Starts a loop that serves one transport, so that a slow one stops no other. */
export function startDispatcher({
  sql,
  log,
  transport,
  channels,
  unsubscribeUrl,
  interval = 500,
}: Options): Dispatcher {
  let stopping = false;
  let wake = () => {};
  const underway = new Set<Promise<void>>();
  const writer = endingWriter(sql, log);

  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const loop = async () => {
    let failures = 0;
    while (!stopping) {
      try {
        const free = Math.min(transport.free(), largestBatch);
        const claims =
          free > 0
            ? await claim(sql, { channels, limit: free, lease, repeatable: transport.repeatable })
            : [];
        if (claims.length > 0) await handOver(claims);
        else await sleep(free > 0 ? interval : 50);
        failures = 0;
      } catch (error) {
        log.warn(loggable(error as Error), `dispatch to ${transport.name} is interrupted`);
        await sleep(Math.min(interval * 2 ** failures++, 5000));
      }
    }
  };

  const handOver = async (claims: Claim[]) => {
    const left = new Map(claims.map((one) => [one.id, one]));
    const asked = performance.now();
    await holdAndBegin(sql, claims, async (judged) => {
      const begun: Promise<void>[] = [];
      for (const message of judged) {
        if (stopping || performance.now() - asked > beginsWithin || transport.free() === 0) break;
        left.delete(message.id);
        begun.push(beginOne(message));
      }
      await Promise.all(begun);
    }).finally(() => {
      // Not begun: it goes back as if it had never been claimed.
      for (const { id, attempts } of left.values())
        writer.write({ id, attempts, status: "processing", dueIn: 0 });
    });
  };

  /** Settles when the call has begun, or will not. */
  const beginOne = async (message: Judged): Promise<void> => {
    const { id, attempts, reason, to } = message;
    if (!message.wanted) return writer.write({ id, attempts, status: "processing", dueIn: 1 });
    if (reason !== null || to === null) {
      return writer.write({ id, attempts, status: "filtered", reason: reason ?? "no_address" });
    }
    const outgoing = toOutgoing(message, to, unsubscribeUrl({ ...message, messageId: id }));
    return new Promise((begun) => follow(message, transport.begin(outgoing, begun).finally(begun)));
  };

  const follow = (message: Judged, outcome: Promise<Outcome>) => {
    const call = outcome
      .catch((error: Error): Outcome => {
        log.error(loggable(error), `the transport ${transport.name} broke its promise never to reject`);
        return { status: "unknown", reason: "internal" };
      })
      .then(async (outcome) => {
        if (outcome.status === "optedOut") await untilItWorks(log, () => optOutAtCarrier(message));
        writer.write(toEnding(message, outcome, transport.repeatable));
      })
      .catch((error: Error) => log.error(loggable(error), "an outcome could not be kept"))
      .finally(() => {
        underway.delete(call);
        wake();
      });
    underway.add(call);
  };

  const optOutAtCarrier = ({ profileId, channel, id }: Judged) =>
    setFlag(sql, {
      profileId,
      optIn: { [channel]: false },
      caller: { source: "carrier", actor: { message: id } },
      reason: "The carrier says that this person opted out.",
    });

  const running = loop();
  return {
    poke: () => wake(),
    async stop() {
      stopping = true;
      wake();
      await running;
      await Promise.all(underway);
      await writer.flushed();
      await transport.close();
    },
  };
}

/** Writes endings as they come, as many as there are at once; tries again while the database is away. */
function endingWriter(sql: postgres.Sql, log: Logger) {
  let waiting: Ending[] = [];
  let writing: Promise<void> | undefined;
  const write = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await untilItWorks(log, () => end(sql, batch));
    }
    writing = undefined;
  };
  return {
    write(ending: Ending) {
      waiting.push(ending);
      writing ??= Promise.resolve().then(write);
    },
    async flushed() {
      await writing;
    },
  };
}

/** What a transport has done must be kept, however long the database is away. */
async function untilItWorks(log: Logger, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      log.warn(loggable(error as Error), "an outcome waits for the database");
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function toOutgoing(message: Judged, to: string, unsubscribeUrl: string | null): Outgoing {
  const { id, channel, sender, title, body, customBody, metadata, requireOptIn, properties } = message;
  const fields = { profile: properties, unsubscribeUrl };
  return {
    id,
    channel,
    to,
    sender,
    title: title === null ? null : fillIn(title, fields),
    body: fillIn(body, fields),
    customBody,
    metadata,
    requireOptIn,
    unsubscribeUrl,
  };
}

/** Failures that may pass are tried again after growing, jittered waits: about 2, 6, 18 s ... up to an hour. */
function toEnding({ id, attempts }: Claim, outcome: Outcome, repeatable: boolean): Ending {
  const mayRepeat = outcome.status === "retry" || (outcome.status === "unknown" && repeatable);
  if (outcome.status === "sent") return { id, attempts, status: "sent", providerId: outcome.providerId };
  if (outcome.status === "optedOut") return { id, attempts, status: "filtered", reason: "carrier_opted_out" };
  if (!mayRepeat || attempts >= mostAttempts) {
    return {
      id,
      attempts,
      status: "failed",
      reason: outcome.status === "unknown" ? "unknown" : outcome.reason,
    };
  }
  const wait = Math.min(2 * 3 ** (attempts - 1), 3600) * (0.75 + Math.random() / 2);
  const dueIn = Math.max(wait, outcome.status === "retry" ? (outcome.after ?? 0) : 0);
  return { id, attempts, status: "processing", reason: outcome.reason, dueIn };
}
