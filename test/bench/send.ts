// Sending a message that needs an opt-in, against a bare server that runs the same statement.

import { sendMessage } from "../../server/messages/send.ts";
import { compare } from "./compare.ts";
import { request } from "./load.ts";
import { type Row, row } from "./rows.ts";
import { databaseOptions, optEveryoneIn, phoneNumber, type Stage } from "./stage.ts";
import { statementOf } from "./statement.ts";

/** Throughput and median latency; nothing is dispatched meanwhile, which is measured separately. */
export async function send(stage: Stage): Promise<Row[]> {
  await optEveryoneIn(stage);
  const { key, load, ours } = stage;
  const message = messageTo(0);
  const statement = await statementOf(stage, (sql) => sendMessage(sql, message));
  const bare = await stage.start("bare-send.mjs", {
    BARE: JSON.stringify({ database: databaseOptions(stage), key, statement }),
  });
  const requests = load.prepare(sendRequests(stage));
  const found = await withoutDispatch(stage, () =>
    compare(load, { requests, ours: ours.port, bare: bare.port }),
  );
  return [
    row({
      what: "send a message that needs an opt-in, requests/s",
      ours: found.ours.perSecond,
      bare: found.bare.perSecond,
      ratio: found.ratio.perSecond,
      atLeast: 0.7,
    }),
    row({
      what: "send a message that needs an opt-in, p50",
      ours: found.ours.p50,
      bare: found.bare.p50,
      ratio: found.ratio.p50,
      atMost: 1.5,
      unit: " ms",
      digits: 2,
    }),
  ];
}

/** Nobody finds anything to claim meanwhile. */
async function withoutDispatch<Result>(
  { sql }: Stage,
  work: () => Promise<Result>,
): Promise<Result> {
  await sql.unsafe(`
    alter function take_due_messages rename to take_due_messages_later;
    create function take_due_messages(jsonb, int)
      returns bigint[] language sql as 'select ''{}''::bigint[]'`);
  try {
    return await work();
  } finally {
    await sql.unsafe(`
      drop function take_due_messages;
      alter function take_due_messages_later rename to take_due_messages`);
  }
}

/** One message to each profile, by its phone number. */
export function sendRequests({ key, profiles }: Stage): string[] {
  const headers = { Authorization: `Bearer ${key}` };
  return Array.from({ length: profiles }, (_, step) =>
    request("POST", "/v1/messages", { headers, body: messageTo((step * 7_919) % profiles) }),
  );
}

function messageTo(index: number) {
  const rules: "sms"[] = ["sms"];
  return { to: { phoneNumber: phoneNumber(index) }, rules, body: "Hello!", requireOptIn: true };
}
