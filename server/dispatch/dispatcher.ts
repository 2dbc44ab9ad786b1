// The dispatcher: claims due messages, re-checks consent, and hands them to a transport. Any number
// of servers run one.

import type { Logger } from "pino";
import type postgres from "postgres";
import { Problem } from "../errors.ts";
import { setFlag } from "../flags/flags.ts";
import type { Unsubscription } from "../links/unsubscribe.ts";
import { loggable } from "../loggable.ts";
import { asMarkdown, fillIn, isMarkdown } from "../messages/content.ts";
import type { Channel } from "../schemas/channels.ts";
import { speaks } from "../texts/language.ts";
import { deadline } from "../transports/deadline.ts";
import type { Hold, Outcome, Outgoing, Transport } from "../transports/transport.ts";
import { type Claim, claim, holdAndBegin, type Judged, keep, lease } from "./claims.ts";
import { endingWriter, toEnding, whenThere } from "./endings.ts";
import { sleeper, startLoop } from "./loop.ts";

export type Dispatcher = {
  /** Looks for due messages now rather than at the next turn. */
  poke(): void;
  /** Begins nothing more; settles when everything that was begun has ended and is recorded. */
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
  interval?: number | undefined;
};

/** The most messages of one claim. */
const largestBatch = 500;

/** Milliseconds after the check within which a call must begin; the flags are held for 5,000. */
const beginsWithin = 1000;

/** Starts a loop that serves one transport, so that a slow one stops no other. */
export function startDispatcher({
  sql,
  log,
  transport,
  channels,
  unsubscribeUrl,
  interval,
}: Options): Dispatcher {
  let stopping = false;
  const underway = new Map<Promise<void>, Claim>();
  const writer = endingWriter(sql, log);
  const { sleep: freeSlot, wake: slotIsFree } = sleeper();

  /** True where there may be more. */
  const turn = async () => {
    const free = Math.min(transport.free(), largestBatch);
    if (free === 0) {
      await freeSlot(50);
      return true;
    }
    const claims = await claim(sql, { channels, limit: free, repeatable: transport.repeatable });
    if (claims.length > 0) await handOver(claims);
    return claims.length === free;
  };

  const handOver = async (claims: Claim[]) => {
    const left = new Map(claims.map((one) => [one.id, { ...one, dueIn: 0 }]));
    // Start the clock before the query: a paused process could otherwise outlive its hold.
    const until = deadline(beginsWithin);
    const holding = new AbortController();
    const begin = async (judged: Judged[]) => {
      const found = new Set(judged.map(({ id }) => id));
      // Its flag is being changed, or its claim is about to lapse.
      for (const one of left.values()) if (!found.has(one.id)) one.dueIn = 1;
      const begun: Promise<void>[] = [];
      for (const message of judged) {
        if (stopping || until.isPast() || transport.free() === 0) break;
        left.delete(message.id);
        begun.push(beginOne(message, { until, lost: holding.signal }));
      }
      await Promise.all(begun);
    };
    await holdAndBegin(sql, claims, begin).finally(() => {
      holding.abort();
      // Not begun: it goes back as if it had never been claimed.
      for (const one of left.values()) writer.write({ ...one, status: "processing" });
    });
  };

  /** Settles when the call has begun, or will not. */
  const beginOne = async (message: Judged, held: Omit<Hold, "begun">): Promise<void> => {
    const { id, attempts, reason, to } = message;
    if (!message.wanted) return writer.write({ id, attempts, status: "processing", dueIn: 1 });
    if (reason !== null || to === null) {
      return writer.write({ id, attempts, status: "filtered", reason: reason ?? "no_address" });
    }
    return new Promise((begun) => {
      const call = callTransport(message, { to, hold: { ...held, begun } })
        .finally(begun)
        .then(async (outcome) => {
          if (outcome.status === "optedOut") await whenThere(() => optOutAtCarrier(message), log);
          writer.write(toEnding(message, outcome, transport.repeatable));
        })
        .catch((error: Error) => log.error(loggable(error), "an outcome could not be kept"))
        .finally(() => {
          underway.delete(call);
          slotIsFree();
        });
      underway.set(call, { id, attempts });
    });
  };

  /**
   * An error of ours in one message must not stop others. Before the call it ends that message as
   * failed; during the call the outcome is unknown.
   */
  const callTransport = async (
    message: Judged,
    { to, hold }: { to: string; hold: Hold },
  ): Promise<Outcome> => {
    let calling = false;
    try {
      const { profileId, channel, id } = message;
      const link =
        profileId === null
          ? null
          : unsubscribeUrl({ profileId, channel, messageId: id, address: to });
      const outgoing = toOutgoing(message, to, link);
      const outcome = transport.begin(outgoing, hold);
      calling = true;
      return await outcome;
    } catch (error) {
      log.error(loggable(error as Error), `a message could not be handed to ${transport.name}`);
      return { status: calling ? "unknown" : "failed", reason: "internal" };
    }
  };

  const optOutAtCarrier = async ({ profileId, channel, id }: Judged) => {
    if (profileId === null) return void (await sql`select opt_out_at_carrier(${id})`);
    const change = {
      profileId,
      optIn: { [channel]: false },
      caller: { source: "carrier", actor: { message: id } },
      reason: "The carrier says that this person opted out.",
    } as const;
    await setFlag(sql, change).catch((error: Error) => {
      // A profile deleted in the meantime has no flag.
      if (!(error instanceof Problem && error.code === "not_found")) throw error;
    });
  };

  const keeping = setInterval(
    () => {
      if (underway.size === 0) return;
      keep(sql, [...underway.values()]).catch((error) =>
        log.warn(loggable(error), "claims wait for the database"),
      );
    },
    (lease * 1000) / 3,
  );

  const loop = startLoop({ name: transport.name, log, interval }, turn);
  return {
    poke: loop.poke,
    async stop() {
      stopping = true;
      slotIsFree();
      await loop.stop();
      await Promise.all(underway.keys());
      clearInterval(keeping);
      await writer.flushed();
      await transport.close();
    },
  };
}

function toOutgoing(message: Judged, to: string, unsubscribeUrl: string | null): Outgoing {
  const { id, channel, sender, title, body, customBody, metadata, requireOptIn, properties } =
    message;
  const { language, Language, lang, locale } = properties;
  const fields = { profile: properties, unsubscribeUrl };
  return {
    id,
    channel,
    to,
    sender,
    title: title === null ? null : fillIn(title, fields),
    body: fillIn(body, fields),
    ...(isMarkdown(channel, customBody) && { markdown: fillIn(body, fields, asMarkdown) }),
    customBody,
    metadata,
    requireOptIn,
    unsubscribeUrl,
    language: [language, Language, lang, locale, message.language]
      .map((one) => (typeof one === "string" ? speaks(one) : undefined))
      .find(Boolean),
  };
}
