// A database of each shipped version starts under this one with all its data.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { open } from "../../../server/database/connect.ts";
import { root } from "../../../server/env/root.ts";
import { seal } from "../../../server/links/seals.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";
import { describeSchema, functionTexts } from "../../support/schema.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const secret = "the-secret-of-the-fixture-0123456789";
const flagColumns = "profile_id, channel, opted_in, source, since, actor, event_id";

let database: TestDatabase;
let server: TestServer;
let flagsBefore: object[];

before(async () => {
  database = await testDatabase({ empty: true });
  const loader = open({ url: database.url }, { max: 1 });
  await loader.unsafe(readFileSync(join(root, "test/fixtures/0.1.0.sql"), "utf8"));
  flagsBefore = await loader.unsafe(
    `select ${flagColumns} from public.flags order by profile_id, channel`,
  );
  await loader.end();
  server = await startServer({
    env: {
      DATABASE_URL: database.url,
      API_KEY: "a-key-of-version-0.1.0-for-tests",
      SECRET: secret,
    },
  });
});
after(async () => {
  await server.stop();
  await database.end();
});

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes; a test fails where a part is missing.
async function call(method: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${server.key}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

const items = async (path: string) => (await call("GET", path)).items;

test("the upgraded schema is the one that a new database has", async () => {
  const fresh = await testDatabase();
  assert.equal(await describeSchema(database.sql), await describeSchema(fresh.sql));
  assert.deepEqual(await functionTexts(database.sql), await functionTexts(fresh.sql));
  await fresh.end();
});

test("docs/schema.sql shows it; `npm run schema` writes it again", async () => {
  const shown = readFileSync(join(root, "docs/schema.sql"), "utf8");
  assert.equal(shown, await describeSchema(database.sql));
});

test("people keep their addresses, properties and flags", async () => {
  const profiles = await items("/v1/profiles?limit=100");
  assert.equal(profiles.length, 7);
  const ann = await call("GET", "/v1/profiles/ann");
  assert.deepEqual(
    [ann.phoneNumber, ann.email, ann.properties],
    ["+447700900101", "Ann@example.com", { name: "Ann", city: "Köln", ünïcode: "ß" }],
  );
  const flags = await items("/v1/profiles/ann/optin");
  const byChannel = Object.fromEntries(
    flags.map((flag: { channel: string; optedIn: boolean; source: string }) => [
      flag.channel,
      `${flag.optedIn ? "in" : "out"} by ${flag.source}`,
    ]),
  );
  assert.deepEqual(byChannel, {
    sms: "out by rule",
    whatsApp: "out by default",
    email: "in by api",
    rcs: "out by default",
    fbMessenger: "out by default",
    appMessaging: "in by default",
  });
});

test("each flag is as it was, once no row is left that only a default set", async () => {
  await until("the old rows to be gone", async () => {
    const [left] = await database.sql`
      select count(*)::int as rows from asked_flags where source = 'default'`;
    return left?.rows === 0;
  });
  assert.ok(flagsBefore.length > 0);
  const flags = await database.sql.unsafe(
    `select ${flagColumns} from flags order by profile_id, channel`,
  );
  assert.deepEqual([...flags], [...flagsBefore]);
});

test("each flag's history is there, with reason and evidence", async () => {
  const events = await items("/v1/profiles/ann/events?limit=100");
  const sms = events
    .filter((event: { channel: string }) => event.channel === "sms")
    .map((event: { source: string; to: boolean }) => `${event.source} ${event.to ? "in" : "out"}`);
  assert.deepEqual(sms, ["rule out", "form in", "api in", "default out"]);
  const asked = events.find((event: { reason: string }) => event.reason === "asked by phone");
  assert.equal(asked.evidence.collectedAt, "2026-01-02T03:04:05Z");
});

test("every wording of a form is there", async () => {
  const forms = await items("/v1/forms");
  const newsletter = forms.find(
    (form: { description: string }) => form.description === "Newsletter",
  );
  const { wordings } = await call("GET", `/v1/forms/${newsletter.id}`);
  assert.deepEqual(
    wordings.map((wording: { confirmationMessage: string }) => wording.confirmationMessage).sort(),
    ["Yes, send me more offers by SMS.", "Yes, send me offers by SMS."],
  );
});

test("rules and messages are there", async () => {
  const rules = await items("/v1/rules");
  assert.deepEqual(rules.map((rule: { keyword: string }) => rule.keyword).sort(), [
    "START",
    "STOP",
  ]);
  assert.equal((await items("/v1/messages/inbounds")).length, 3);
  const messages = await items("/v1/messages?limit=100");
  assert.equal(messages.length, 11);
  const bodies = messages.map((message: { body: string }) => message.body);
  assert.equal(bodies.includes("Your table is ready"), true);
});

test("a paused broadcast stays paused, with its remaining recipients", async () => {
  const june = (await items("/v1/broadcasts")).find(
    ({ name }: { name: string }) => name === "June",
  );
  assert.equal(june.status, "paused");
  assert.equal(june.counts.queued, 4);
});

test("keys still work, and revoked ones stay revoked", async () => {
  const keys = await items("/v1/keys");
  const revoked = keys.filter((key: { revokedAt: string | null }) => key.revokedAt !== null);
  assert.deepEqual(
    revoked.map((key: { name: string }) => key.name),
    ["revoked"],
  );
});

test("an opt-out that outlived its profile applies to whoever has the address next", async () => {
  const { id } = await call("POST", "/v1/profiles", { phoneNumber: "+447700900106" });
  const flags = await items(`/v1/profiles/${id}/optin`);
  const sms = flags.find((flag: { channel: string }) => flag.channel === "sms");
  assert.deepEqual([sms.optedIn, sms.source], [false, "api"]);
});

test("a forgotten person stays forgotten", async () => {
  const { id } = await call("POST", "/v1/profiles", { phoneNumber: "+447700900107" });
  const flags = await items(`/v1/profiles/${id}/optin`);
  const sms = flags.find((flag: { channel: string }) => flag.channel === "sms");
  assert.deepEqual([sms.optedIn, sms.source], [false, "forgotten"]);
});

test("a preference link that version 0.1.0 made still opens", async () => {
  const now = Math.floor(Date.now() / 1000);
  const text = JSON.stringify(["bob", now, now + 600, null, { key: "mkath9a6by11178b" }]);
  const token = seal([secret], "link: preferences", text);
  const response = await fetch(`${server.url}/public/preferences`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  assert.equal(response.status, 200);
});

test("an unsubscribe link that version 0.1.0 made still opts out", async () => {
  const [key] = await database.sql<{ value: string }[]>`
    select value from settings where name = 'unsubscribe_key'`;
  const token = seal([key?.value ?? ""], "unsubscribe", "whatsApp/bob");
  const response = await fetch(`${server.url}/public/unsubscribe/${token}`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  assert.equal(response.status, 200);
  const flags = await items("/v1/profiles/bob/optin");
  const flag = flags.find(({ channel }: { channel: string }) => channel === "whatsApp");
  assert.deepEqual([flag.optedIn, flag.source], [false, "unsubscribe"]);
});

test("a second boot changes nothing", async () => {
  const applied = () => database.sql`select * from sql_code`;
  const before = await applied();
  await server.stop();
  server = await startServer({
    env: { DATABASE_URL: database.url, API_KEY: server.key, SECRET: secret },
  });
  assert.deepEqual(await applied(), before);
});
