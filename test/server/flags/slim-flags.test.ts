// Profiles of version 0.3 had a row for every flag. Those that only a default set go in the
// background, and nobody who reads a flag can tell.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import type { Sql } from "../../../server/database/connect.ts";
import { nextBatch, slimSome } from "../../../server/flags/slim-flags.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

const people = 60;

let database: TestDatabase;
beforeEach(async () => {
  await database?.end();
  database = await testDatabase();
  await makeOldProfiles(database.sql);
});
after(() => database.end());

/** As version 0.3 left them: the defaults were changed once, and a third was asked about SMS. */
async function makeOldProfiles(sql: Sql): Promise<void> {
  const ids = Array.from({ length: people }, (_, n) => ({ id: `p${String(n).padStart(2, "0")}` }));
  await sql`select make_profiles(${sql.json(ids)})`;
  await sql`
    insert into asked_flags (profile_id, channel, opted_in, source, since, actor, event_id)
    select f.profile_id, f.channel, f.channel = 'email' and f.profile_id >= 'p30', 'default',
      f.since, '{}', f.event_id
    from flags f`;
  await sql`
    select set_flag(p_profile_id => id, p_channel => 'sms', p_opted_in => true, p_source => 'api',
      p_actor => '{}', p_reason => null, p_evidence => null)
    from profiles where right(id, 1)::int % 3 = 0`;
  await sql`insert into settings (name, value) values ('slim_flags_after', '')`;
}

const seen = () => database.sql`
  select profile_id, channel, opted_in, source, since, actor, event_id, asked from flags
  order by profile_id, channel`;
const old = async () => {
  const [row] = await database.sql`
    select count(*)::int as rows from asked_flags where source = 'default'`;
  return row?.rows;
};

async function finish(sql: Sql, atOnce: number): Promise<void> {
  while ((await slimSome(sql, atOnce)) !== false);
}

test("every flag is told as before, and the defaults in force stay", async () => {
  const before = await seen();
  assert.equal(await old(), people * 6 - 24);
  await finish(database.sql, 7);
  assert.equal(await old(), 0);
  assert.deepEqual([...(await seen())], [...before]);
  const numbers = await database.sql`
    select number, opt_in -> 'email' as email from defaults order by number`;
  assert.deepEqual(
    numbers.map((row) => ({ ...row })),
    [
      { number: 0, email: true },
      { number: 1, email: false },
    ],
  );
  assert.equal(await slimSome(database.sql, 7), false);
});

test("two servers share it while flags change, and one takes up what another left", async () => {
  const { sql, slowWrites } = database;
  const change = async (optedIn: boolean) => {
    for (let n = 0; n < people; n++) {
      const id = `p${String(n).padStart(2, "0")}`;
      await sql`
        select from set_flags(p_profile_id => ${id}, p_opt_in => ${sql.json({ rcs: optedIn })},
          p_source => 'api', p_actor => '{}', p_reason => null, p_evidence => null)`;
    }
  };
  assert.equal(await slimSome(slowWrites, 5), true);
  await Promise.all([finish(sql, 3), finish(slowWrites, 4), change(true)]);
  assert.equal(await old(), 0);
  const [row] = await sql`
    select count(*)::int as flags, count(*) filter (where channel = 'rcs' and opted_in)::int as rcs,
      count(*) filter (where channel = 'sms' and opted_in and asked)::int as sms,
      count(*) filter (where channel = 'email' and opted_in and not asked)::int as email
    from flags`;
  assert.deepEqual({ ...row }, { flags: people * 6, rcs: people, sms: 24, email: 30 });
});

test("whoever is in use is waited for by nobody, and is done once free", async () => {
  const { sql, slowWrites } = database;
  await sql.begin(async (tx) => {
    await tx`select from profiles where id = 'p04' for share`;
    assert.equal(await slimSome(slowWrites, 10), true);
    assert.equal(await slimSome(slowWrites, 1), null);
    const [left] = await slowWrites`
      select count(distinct profile_id)::int as people from asked_flags
      where source = 'default' and profile_id < 'p10'`;
    assert.equal(left?.people, 1);
  });
  await finish(slowWrites, 10);
  assert.equal(await old(), 0);
});

test("a batch that took long is followed by a smaller one, and a quick one by a larger", () => {
  assert.ok(nextBatch(100, 400) < 100);
  assert.equal(nextBatch(100, 10), 200);
  assert.equal(nextBatch(1000, 1), 1000);
  assert.equal(nextBatch(10, 60_000), 10);
});
