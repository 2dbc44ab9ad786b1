// The effect of the largest documented bodies on everybody else: how long a STOP and /healthz take.

import { createHmac } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { longestPause } from "../support/pauses.ts";
import { residentMemory } from "./memory.ts";
import { type Row, row } from "./rows.ts";
import { providerSecrets, type Server, type Stage } from "./stage.ts";

type Body = { what: string; path: string; content: string; headers?: Record<string, string> };

const quotes = "x".repeat(9_000);

/** Times of a STOP and of /healthz, the longest pause and the growth of memory, for each body. */
export async function stall(stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const make of bodies) {
    const body = make(stage);
    rows.push(...(await under(stage, body)));
  }
  return rows;
}

const bodies: ((stage: Stage) => Body)[] = [
  () => ({
    what: "preview of 1,000,000 numbers",
    path: "/v1/broadcasts/preview",
    content: JSON.stringify({
      channel: "sms",
      audience: {
        addresses: Array.from(
          { length: 1_000_000 },
          (_, index) => `+4477${String(index).padStart(8, "0")}`,
        ),
      },
    }),
  }),
  () => ({
    what: "preview of a CSV of 63 MB",
    path: "/v1/broadcasts/preview",
    content: JSON.stringify({
      channel: "sms",
      audience: {
        csv: [
          "name,phoneNumber",
          ...Array.from(
            { length: 1_000_000 },
            (_, index) =>
              `"Somebody, of a rather long name ${index}",+4477${String(index).padStart(8, "0")}`,
          ),
        ].join("\n"),
      },
    }),
  }),
  () => ({
    what: "batch of 5,000 messages, 60 MB",
    path: "/v1/messages/batch",
    content: JSON.stringify(
      Array.from({ length: 5_000 }, (_, index) => ({
        to: { phoneNumber: `+4477${String(index).padStart(8, "0")}` },
        rules: ["sms"],
        body: quotes,
        requireOptIn: true,
        metadata: { text: "y".repeat(3_000) },
      })),
    ),
  }),
  () => ({
    what: "import of 5,000 people, 15 MB",
    path: "/v1/profiles/import",
    content: JSON.stringify({
      rows: Array.from({ length: 5_000 }, (_, index) => ({
        phoneNumber: `+4478${String(index).padStart(8, "0")}`,
        properties: { text: "z".repeat(2_900) },
      })),
    }),
  }),
  () => metaCall(),
];

async function under(stage: Stage, { what, path, content, headers }: Body): Promise<Row[]> {
  const { ours, key } = stage;
  const bytes = Buffer.from(content);
  // The memory of the previous body is returned first.
  await fetch(`${ours.url}/healthz`);
  await longestPause(ours.pid, stage.pauses);
  const before = residentMemory(ours.pid);
  const worst = { memory: 0, health: 0, stop: 0, inbound: 0 };
  let done = false;
  const watch = async (
    name: "health" | "stop" | "inbound",
    ask: (turn: number) => Promise<Response>,
  ) => {
    for (let turn = 0; !done; turn++) {
      const began = performance.now();
      const answer = await ask(turn);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      worst[name] = Math.max(worst[name], performance.now() - began);
      await wait(20);
    }
  };
  const measuring = async () => {
    for (; !done; await wait(50)) {
      worst.memory = Math.max(worst.memory, residentMemory(ours.pid) - before);
    }
  };
  const began = performance.now();
  const asked = fetch(`${ours.url}${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", ...headers },
    body: bytes,
  }).then(async (answer) => {
    console.log(`  ${what}: ${answer.status} ${(await answer.text()).slice(0, 100)}`);
    done = true;
  });
  await Promise.all([
    asked,
    measuring(),
    watch("health", () => fetch(`${ours.url}/healthz`)),
    watch("stop", (turn) => twilioStop(ours, turn)),
    watch("inbound", (turn) => stopByKey(stage, turn)),
  ]);
  const seconds = (performance.now() - began) / 1000;
  const pause = await longestPause(ours.pid, stage.pauses);
  return [
    row({ what: `${what}: answered after`, ours: seconds, unit: " s", digits: 1 }),
    row({ what: "  the loop's longest pause", ours: pause, atMost: 100, unit: " ms" }),
    row({ what: "  /healthz at worst", ours: worst.health, atMost: 200, unit: " ms" }),
    row({ what: "  a STOP by Twilio at worst", ours: worst.stop, atMost: 1000, unit: " ms" }),
    row({ what: "  a STOP by key at worst", ours: worst.inbound, atMost: 1000, unit: " ms" }),
    row({ what: "  memory grows by", ours: worst.memory, atMost: 300, unit: " MB" }),
  ];
}

function twilioStop(ours: Server, turn: number): Promise<Response> {
  const parameters: Record<string, string> = {
    MessageSid: `SM${turn.toString(16).padStart(24, "0")}${Date.now().toString(16).slice(-8)}`,
    From: `+4479${String(turn % 10_000).padStart(8, "0")}`,
    To: "+447700900999",
    Body: "STOP",
  };
  const url = `${ours.url}/inbound/twilio`;
  const pairs = Object.entries(parameters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flat()
    .join("");
  return fetch(url, {
    method: "POST",
    headers: {
      "X-Twilio-Signature": createHmac("sha1", providerSecrets.TWILIO_AUTH_TOKEN)
        .update(url + pairs)
        .digest("base64"),
    },
    body: new URLSearchParams(parameters),
  });
}

function stopByKey({ ours, key }: Stage, turn: number): Promise<Response> {
  return fetch(`${ours.url}/v1/messages/inbounds`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      channel: "sms",
      from: `+4476${String(turn % 10_000).padStart(8, "0")}`,
      to: "+447700900999",
      body: "STOP",
    }),
  });
}

/** Many statuses and one message, as large as Meta's calls may be. */
function metaCall(): Body {
  const status = {
    id: "wamid.x".padEnd(60, "0"),
    status: "delivered",
    recipient_id: "447700900123",
  };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "447700900999" },
    messages: Array.from({ length: 30_000 }, () => status),
  };
  const content = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ changes: [{ field: "messages", value }] }],
  });
  const signature = createHmac("sha256", providerSecrets.META_APP_SECRET)
    .update(content)
    .digest("hex");
  return {
    what: "a call of Meta's, 4 MB",
    path: "/inbound/meta",
    content,
    headers: { "X-Hub-Signature-256": `sha256=${signature}` },
  };
}
