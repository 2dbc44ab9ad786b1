// Tables that grow with people have no trigger that reads or writes another table: not to be slowed
// by what nobody sees in a function, and to stand on a machine of their own one day.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
});
after(() => database.end());

const tables = [
  ...["profiles", "merged_profiles", "asked_flags", "events", "evidence", "kept_opt_outs"],
  ...["submissions", "confirmations", "messages", "inbounds"],
];

/** They look at their own row alone. */
const allowed = ["events: refuse_change", "messages: end_in_doubt", "profiles: cap_properties"];

test("there are no triggers, and no foreign keys, that look elsewhere", async () => {
  const found = await database.sql<{ trigger: string }[]>`
    select distinct format('%s: %s', c.relname, replace(f.proname, '"', '')) as trigger
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_proc f on f.oid = t.tgfoid
    where ${database.sql.json(tables)} ? c.relname
      and c.relnamespace = current_schema()::regnamespace
    order by 1`;
  assert.deepEqual(
    found.map(({ trigger }) => trigger).filter((trigger) => !allowed.includes(trigger)),
    [],
  );
});

test("every table that tells people apart is among them", async () => {
  const others = await database.sql<{ name: string }[]>`
    select distinct c.relname as name
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attname in ('profile_id', 'address_hash') and c.relkind = 'r'
      and c.relnamespace = current_schema()::regnamespace
      and not ${database.sql.json(tables)} ? c.relname
    order by 1`;
  const names = others.map(({ name }) => name);
  // A list lives as long as its transaction.
  assert.deepEqual(
    names.filter((name) => name !== "audience_entries"),
    [],
  );
});
