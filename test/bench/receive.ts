// Receiving a message that acts, against a bare server that runs the same statements.

import { receiveMessage } from "../../server/inbounds/receive.ts";
import { matchRule } from "../../server/rules/match.ts";
import { compare } from "./compare.ts";
import { request } from "./load.ts";
import { type Row, row } from "./rows.ts";
import { databaseOptions, phoneNumber, type Stage } from "./stage.ts";
import { statementOf } from "./statement.ts";

const to = "+447700900001";
// More than one run can send: a repeated message would do nothing.
const count = 240_000;

/**
 * Throughput and median latency: key, rule, profile, flag, event, evidence and reply, committed.
 */
export async function receive(stage: Stage): Promise<Row[]> {
  for (const preset of ["stop", "start"]) {
    await fetch(`${stage.ours.url}/v1/rules/presets`, {
      method: "POST",
      headers: { Authorization: `Bearer ${stage.key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ channel: "sms", preset, reply: `You said ${preset}.` }),
    });
  }
  const message = { channel: "sms" as const, from: phoneNumber(0), to, body: "STOP" };
  const match = await statementOf(stage, (sql) => matchRule(sql, message));
  const keep = await statementOf(stage, (sql) =>
    receiveMessage(sql, { ...message, provider: "api", messageId: null }),
  );
  const { key } = stage;
  const bare = await stage.start("bare-receive.mjs", {
    BARE: JSON.stringify({ database: databaseOptions(stage), key, match, keep }),
  });
  const requests = stage.load.prepare(receiveRequests(stage));
  const found = await compare(stage.load, { requests, ours: stage.ours.port, bare: bare.port });
  return [
    row({
      what: "receive a message that acts, requests/s",
      ours: found.ours.perSecond,
      bare: found.bare.perSecond,
      ratio: found.ratio.perSecond,
      atLeast: 0.7,
    }),
    row({
      what: "receive a message that acts, p50",
      ours: found.ours.p50,
      bare: found.bare.p50,
      ratio: found.ratio.p50,
      atMost: 1.5,
      unit: " ms",
      digits: 2,
    }),
  ];
}

/** STOP and START of everybody in turns, each with its own id. */
function receiveRequests({ key, profiles }: Stage): string[] {
  const headers = { Authorization: `Bearer ${key}` };
  return Array.from({ length: count }, (_, index) => {
    const from = phoneNumber((index * 7_919) % profiles);
    const body = Math.floor(index / profiles) % 2 ? "START" : "Stop, please!";
    return request("POST", "/v1/messages/inbounds", {
      headers,
      body: { channel: "sms", from, to, body, messageId: `bench-${index}` },
    });
  });
}
