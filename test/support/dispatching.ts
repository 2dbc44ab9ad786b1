// A queue in a real database, and dispatchers on it in the test's process.

import { pino } from "pino";
import { createBroadcast } from "../../server/broadcasts/create.ts";
import { readBroadcast } from "../../server/broadcasts/read.ts";
import { type Dispatcher, startDispatcher } from "../../server/dispatch/dispatcher.ts";
import { startOutbox } from "../../server/dispatch/outbox.ts";
import { sendMessage } from "../../server/messages/send.ts";
import type { NewBroadcast } from "../../server/schemas/broadcasts.ts";
import type { Channel } from "../../server/schemas/channels.ts";
import type { NewMessage } from "../../server/schemas/messages.ts";
import type { Transport } from "../../server/transports/transport.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { until } from "./until.ts";

export type Row = {
  id: string;
  status: string;
  reason: string | null;
  attempts: number;
  underWay: boolean;
  /** Seconds until it is due. */
  dueIn: number;
};

export type Queue = {
  database: TestDatabase;
  /** Every line that the dispatchers logged. */
  logged: string[];
  /** Creates people who are opted in to SMS, and returns their ids. */
  people(count: number): Promise<string[]>;
  /** Queues a message by SMS to a new person who is opted in, unless `over` says otherwise. */
  send(over?: Partial<NewMessage>): Promise<{ id: string; profileId: string }>;
  broadcast(over?: Partial<NewBroadcast>): Promise<string>;
  /** Waits until a broadcast has nothing left to do. */
  broadcastDone(id: string): Promise<unknown>;
  row(id: string): Promise<Row>;
  /** Waits until a message has this status. */
  has(id: string, status: string): Promise<Row>;
  /** How many messages have each status; those of one broadcast if it is named. */
  counts(broadcast?: string): Promise<Record<string, number>>;
  optOut(profileId: string): Promise<void>;
  /** Makes every waiting message due now. */
  hurry(): Promise<void>;
  dispatch(transport: Transport, channels?: Channel[]): Dispatcher;
  /** Dispatches SMS to the outbox. */
  outbox(): Dispatcher;
  /** Ends the dispatchers and the database. */
  end(): Promise<void>;
};

const unsubscribeUrl = ({ profileId }: { profileId: string }) => `https://out.example/${profileId}`;

/** Creates an empty queue. */
export async function testQueue(): Promise<Queue> {
  const database = await testDatabase();
  const { sql } = database;
  const logged: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => logged.push(line) });
  const dispatchers: Dispatcher[] = [];
  let made = 0;
  await sql`select set_defaults('{"sms": true, "email": true}', '{}')`;

  const queue: Queue = {
    database,
    logged,
    async people(count) {
      const first = made + 1;
      made += count;
      await sql`
        select make_profiles(jsonb_agg(jsonb_build_object('id', 'p' || n, 'phoneNumber',
          '+4477' || lpad(n::text, 8, '0'), 'email', 'p' || n || '@people.example',
          'properties', jsonb_build_object('name', 'Ann ' || n))))
        from generate_series(${first}::int, ${made}::int) n`;
      return Array.from({ length: count }, (_, n) => `p${first + n}`);
    },
    async send(over = {}) {
      const profileId = over.to?.profileId ?? ((await queue.people(1))[0] as string);
      const message = {
        to: { profileId },
        rules: ["sms" as const],
        body: "Hello",
        requireOptIn: true,
        ...over,
      };
      const sending = await sendMessage(sql, message);
      if (!sending.queued) throw new Error(`It was not queued: ${JSON.stringify(sending)}`);
      return { id: sending.messageId, profileId };
    },
    async broadcast(over = {}) {
      const wanted = {
        name: "News",
        channel: "sms" as const,
        body: "Hi",
        audience: { everyone: true as const },
        ...over,
      };
      return (await createBroadcast(sql, wanted)).id;
    },
    broadcastDone: (id) =>
      until(
        "the broadcast to be done",
        async () => (await readBroadcast(sql, id)).status === "done",
      ),
    async row(id) {
      const [row] = await sql<Row[]>`
        select id, status, reason, attempts, attempt_began_at is not null as "underWay",
          extract(epoch from due_at - now())::float8 as "dueIn"
        from messages where id = ${id}`;
      return row as Row;
    },
    has: (id, status) =>
      until(`message ${id} to be ${status}`, async () => {
        // A connection that was cut is tried again.
        const row = await queue.row(id).catch(() => undefined);
        return row?.status === status && row;
      }),
    async counts(broadcast) {
      const rows = await sql<{ status: string; count: number }[]>`
        select status, count(*)::int from messages
        where ${broadcast ?? null}::text is null or broadcast_id = ${broadcast ?? null}
        group by status order by status`;
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    async optOut(profileId) {
      await sql`
        select set_flags(
          p_profile_id => ${profileId}, p_opt_in => '{"sms": false, "email": false}',
          p_source => 'api', p_actor => '{}')`;
    },
    async hurry() {
      await sql`
        update messages set due_at = now() where status = 'processing'
          and attempt_began_at is null`;
    },
    dispatch(transport, channels = ["sms"]) {
      const dispatcher = startDispatcher({
        sql,
        log,
        transport,
        channels,
        unsubscribeUrl,
        interval: 20,
      });
      dispatchers.push(dispatcher);
      return dispatcher;
    },
    outbox() {
      const dispatcher = startOutbox({ sql, log, channels: ["sms"], unsubscribeUrl, interval: 20 });
      dispatchers.push(dispatcher);
      return dispatcher;
    },
    async end() {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
      await database.end();
    },
  };
  return queue;
}
