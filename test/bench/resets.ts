// Ten minutes of opt-outs through a server whose database connections are reset all the time:
// acknowledged opt-outs are done, and nobody who exists is reported missing.

import { setTimeout as wait } from "node:timers/promises";
import { databaseProxy } from "../support/database-proxy.ts";
import { type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

const minutes = 10;
const wanted = 300_000;
const people = 150_000;
const clients = 32;
const channels = ["sms", "whatsApp", "email", "rcs", "fbMessenger", "appMessaging"] as const;

/** The result for ids that nobody has, when many are opted out. */
type Missing = { missing?: string[] };

type OptOut = { person: number; channel: string };

/** Opts people out, each once on each channel, until both the time and the number are reached. */
export async function resets(stage: Stage): Promise<Row[]> {
  const { sql, key } = stage;
  await makePeople(stage);
  const proxy = await databaseProxy(stage.databaseUrl);
  const { url } = await stage.serve(proxy.url);
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const ask = (method: string, path: string, body?: object) =>
    fetch(`${url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const rule = { channel: "sms", keyword: "STOP", action: "optOut" };
  await ask("POST", "/v1/rules", rule);

  const ends = performance.now() + minutes * 60_000;
  const counted = { resets: 0, retries: 0, missing: 0, other: 0 };
  const acknowledged: OptOut[] = [];
  let next = 0;
  const goesOn = () =>
    next < people * channels.length &&
    (performance.now() < ends || acknowledged.length < wanted) &&
    counted.other < 100;

  const client = async () => {
    while (goesOn()) {
      const index = next++;
      const channel = channels[index % channels.length] as string;
      const optOut = { person: Math.floor(index / channels.length), channel };
      for (;;) {
        const status = await requestOf(ask, optOut).then(
          async (answer) => {
            const { missing = [] } = (await answer.json().catch(() => ({}))) as Missing;
            return missing.length > 0 ? 404 : answer.status;
          },
          () => 503,
        );
        if (status === 200 || status === 201) acknowledged.push(optOut);
        else if (status === 404) counted.missing++;
        else if (status === 503) counted.retries++;
        else counted.other++;
        if (status !== 503) break;
        await wait(10 + Math.random() * 20);
      }
    }
  };
  const working = Promise.all(Array.from({ length: clients }, client));
  let done = false;
  working.finally(() => {
    done = true;
  });
  while (!done) {
    await wait(50 + Math.random() * 400);
    proxy.reset();
    counted.resets++;
  }
  await working;
  proxy.stop();

  const [found] = await sql<{ open: number }[]>`
    select count(*)::int as open
    from jsonb_to_recordset(${sql.json(acknowledged)}) as said (person int, channel text)
    join flags f on f.profile_id = 'reset-' || said.person and f.channel = said.channel
    where f.opted_in`;
  const { missing, other } = counted;
  console.log(`${counted.resets} resets, ${counted.retries} requests answered 503 and repeated`);
  return [
    row({ what: "opt-outs acknowledged", ours: acknowledged.length, atLeast: wanted }),
    row({ what: "of these, people still opted in", ours: found?.open ?? Number.NaN, atMost: 0 }),
    row({ what: "people who exist answered as missing", ours: missing, atMost: 0 }),
    row({ what: "other answers", ours: other, atMost: 0 }),
  ];
}

/** Each way to opt out in turn: a DELETE, a list, a keyword. */
function requestOf(
  ask: (method: string, path: string, body?: object) => Promise<Response>,
  { person, channel }: OptOut,
): Promise<Response> {
  const id = `reset-${person}`;
  if (person % 3 === 0) return ask("DELETE", `/v1/profiles/${id}/optin?channel=${channel}`);
  if (channel === "sms" && person % 3 === 1) {
    const message = { channel, from: numberOf(person), to: "+447700900001", body: "STOP" };
    return ask("POST", "/v1/messages/inbounds", { ...message, messageId: `stop-${person}` });
  }
  return ask("POST", "/v1/profiles/optout", { profileIds: [id], channels: [channel] });
}

/** Everybody starts opted in, on every channel. */
async function makePeople({ sql }: Stage): Promise<void> {
  await sql`
    select set_defaults(jsonb_object_agg(channel, true), '{}') from channels`;
  await sql`
    select make_profiles(jsonb_agg(jsonb_build_object('id', 'reset-' || n, 'phoneNumber',
      '+4479' || lpad(n::text, 8, '0'))))
    from generate_series(0, ${people - 1}::int) n`;
  await sql`vacuum analyze`;
}

function numberOf(person: number): string {
  return `+4479${String(person).padStart(8, "0")}`;
}
