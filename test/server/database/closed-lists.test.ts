// What is a closed list in the schemas is one in the database, too.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { broadcastStatus } from "../../../server/schemas/broadcasts.ts";
import { channel } from "../../../server/schemas/channels.ts";
import { refusalToSet, source } from "../../../server/schemas/flags.ts";
import { inboundAction, inboundAnswered, inboundReview } from "../../../server/schemas/inbounds.ts";
import { messageStatus } from "../../../server/schemas/messages.ts";
import { presetName, ruleAction, ruleMatch } from "../../../server/schemas/rules.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.end());

const lists: Record<string, { options: readonly string[] }> = {
  asked_flags_channel: channel,
  asked_flags_source: source,
  events_channel: channel,
  events_source: source,
  events_refusal: refusalToSet,
  kept_opt_outs_channel: channel,
  kept_opt_outs_source: source,
  confirmations_channel: channel,
  messages_channel: channel,
  messages_status: messageStatus,
  inbounds_channel: channel,
  inbounds_action: inboundAction,
  broadcasts_channel: channel,
  broadcasts_status: broadcastStatus,
  rules_action: ruleAction,
  rules_matches: ruleMatch,
  rules_preset: presetName,
  inbounds_review: inboundReview,
  inbounds_answer: inboundAnswered,
};

/** The texts that each `<table>_<column>_known` allows. */
async function known(): Promise<Record<string, string[]>> {
  const checks = await database.sql<{ name: string; definition: string }[]>`
    select replace(conname, '_known', '') as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'c' and conname like '%\\_known'`;
  return Object.fromEntries(
    checks.map(({ name, definition }) => [
      name,
      [...definition.matchAll(/'([^']+)'::text/g)].map(([, word]) => word as string).sort(),
    ]),
  );
}

test("each allows what its schema does, and nothing else", async () => {
  const expected = Object.entries(lists).map(([name, { options }]) => [name, [...options].sort()]);
  assert.deepEqual(await known(), Object.fromEntries(expected));
});

test("all that is in the tables was checked", async () => {
  const unchecked = await database.sql`
    select conname from pg_constraint where contype = 'c' and not convalidated`;
  assert.deepEqual([...unchecked], []);
});

test("channels are those of the schema", async () => {
  const rows = await database.sql`select channel from channels order by position`;
  assert.deepEqual(
    rows.map((row) => row.channel),
    channel.options,
  );
});
