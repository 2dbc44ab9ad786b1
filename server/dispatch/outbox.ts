// Dispatch to the outbox: claiming, checking and marking are one database transaction.

import type { Logger } from "pino";
import type postgres from "postgres";
import { oneRow } from "../database/one-row.ts";
import type { Unsubscription } from "../links/unsubscribe.ts";
import { fillIn } from "../messages/content.ts";
import type { Channel } from "../schemas/channels.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { startLoop } from "./loop.ts";

type Options = {
  sql: postgres.Sql;
  log: Logger;
  channels: Channel[];
  unsubscribeUrl: (link: Unsubscription) => string | null;
  /** Milliseconds between two looks at an empty queue. */
  interval?: number;
};

type Unfilled = {
  id: string;
  profileId: string;
  channel: Channel;
  /** The person's address on the channel. */
  address: string;
  title: string | null;
  body: string;
  properties: Record<string, unknown>;
};

/** The most messages of one transaction, which holds their flags for some 40 ms. */
const largestBatch = 1000;

/** How many transactions run at once: while one waits for the disk, the other works. */
const atOnce = 2;

/** Starts a loop that keeps what is due on these channels in the outbox. */
export function startOutbox({ sql, log, channels, unsubscribeUrl, interval }: Options): Dispatcher {
  const fill = ({ id, profileId, channel, address, title, body, properties }: Unfilled) => {
    const link = unsubscribeUrl({ profileId, channel, messageId: id, address });
    const fields = { profile: properties, unsubscribeUrl: link };
    return { id, title: title === null ? null : fillIn(title, fields), body: fillIn(body, fields) };
  };
  const handOver = () =>
    sql.begin(async (tx) => {
      const handed = await oneRow(tx<{ taken: number; unfilled: Unfilled[] | null }[]>`
        select taken, unfilled from hand_to_outbox(${tx.json(channels)}, ${largestBatch})`);
      if (handed.unfilled) {
        await tx`
          update messages m set title = filled.title, body = filled.body
          from jsonb_to_recordset(${tx.json(handed.unfilled.map(fill))}) as filled (id bigint,
            title text, body text)
          where m.id = filled.id`;
      }
      return handed.taken === largestBatch;
    });
  const turn = async () => {
    const mayBeMore = await handOver();
    if (mayBeMore) for (const loop of loops) loop.poke();
    return mayBeMore;
  };
  const loops = Array.from({ length: atOnce }, () =>
    startLoop({ name: "outbox", log, interval }, turn),
  );
  return {
    poke() {
      // The others are called when there is more than one can take.
      loops[0]?.poke();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
