// The numbers of the first page: the same as counting everything, without counting everything.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { countOn } from "../../../server/statistics/count.ts";
import { lastDays } from "../../../server/statistics/days.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";
import { until } from "../../support/until.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const statistics = async (query = "") => (await app.call("GET", `/v1/statistics${query}`)).body;

/** The numbers from the flags themselves, counted one by one. */
async function counted() {
  const [row] = await app.database.sql`
    select (select count(*)::int from profiles) as profiles,
      (select json_object_agg(channel, n) from (
        select c.channel, count(f.profile_id) filter (where f.opted_in) as n
        from channels c left join flags f using (channel) group by c.channel
      ) by_channel) as "optedIn"`;
  return { ...row };
}

async function shown() {
  const { profiles, optedIn } = await statistics();
  return { profiles, optedIn };
}

const makeProfile = async (optIn: object = {}) =>
  (await app.call("POST", "/v1/profiles", { optIn })).body.id as string;

describe("the number of people", () => {
  beforeEach(async () => {
    const id = await makeProfile({ sms: true, email: true });
    await app.call("DELETE", `/v1/profiles/${id}/optin?channel=email`);
  });

  test("is right at once", async () => {
    assert.deepEqual(await shown(), await counted());
  });

  test("is right after a count, and after further changes", async () => {
    await countOn(app.database.sql);
    assert.deepEqual(await shown(), await counted());
    await makeProfile({ rcs: true });
    assert.deepEqual(await shown(), await counted());
  });

  test("is right after a profile was deleted, before and after that is counted", async () => {
    const id = await makeProfile({ whatsApp: true });
    await countOn(app.database.sql);
    await app.call("DELETE", `/v1/profiles/${id}`);
    assert.deepEqual(await shown(), await counted());
    await countOn(app.database.sql);
    assert.deepEqual(await shown(), await counted());
  });

  test("is right after profiles were merged", async () => {
    const [kept, gone] = [await makeProfile(), await makeProfile({ sms: true })];
    const { status } = await app.call("POST", `/v1/profiles/${kept}/merge`, { from: gone });
    assert.equal(status, 200);
    await countOn(app.database.sql);
    assert.deepEqual(await shown(), await counted());
  });

  test("is right when it is counted in small parts, by many at once, while people come and go", async () => {
    const people = Array.from({ length: 24 }, async (_, index) => {
      const id = await makeProfile({ sms: index % 2 === 0 });
      await app.call("PUT", `/v1/profiles/${id}/optin`, { channels: ["email"] });
      if (index % 3 === 0) await app.call("DELETE", `/v1/profiles/${id}`);
    });
    const counters = Array.from({ length: 6 }, () => countOn(app.database.sql, 5));
    await Promise.all([...people, ...counters]);
    assert.deepEqual(await shown(), await counted());
    await countOn(app.database.sql, 5);
    assert.deepEqual(await shown(), await counted());
  });

  test("misses no event whose transaction ends after later ones were counted", async () => {
    const { sql } = app.database;
    const [slow, quick] = [await makeProfile(), await makeProfile()];
    await countOn(sql);
    const optIn = { sms: true };
    await sql.begin(async (tx) => {
      await tx`select set_flags(
        p_profile_id => ${slow}, p_opt_in => ${tx.json(optIn)}, p_source => 'api',
        p_actor => '{}')`;
      await sql`select set_flags(
        p_profile_id => ${quick}, p_opt_in => ${sql.json(optIn)}, p_source => 'api',
        p_actor => '{}')`;
      await countOn(sql);
      assert.deepEqual(await shown(), await counted());
    });
    assert.deepEqual(await shown(), await counted());
    await countOn(sql);
    assert.deepEqual(await shown(), await counted());
  });

  test("leaves nothing uncounted once everything has ended", async () => {
    // A transaction in progress anywhere on the server may delay it.
    const left = await until("everything to be counted", async () => {
      await countOn(app.database.sql);
      return app.database
        .sql`select count(*)::int as events from events where id > (select events from counted)
        having count(*) = 0`.then((rows) => rows[0]);
    });
    assert.deepEqual({ ...left }, { events: 0 });
  });
});

describe("the changes by day", () => {
  test("separate flags that went in and out today, by channel and by source", async () => {
    const before = await statistics("?days=1");
    const id = await makeProfile({ fbMessenger: true });
    await app.call("DELETE", `/v1/profiles/${id}/optin?channel=fbMessenger`);
    const { channels, sources, today, days } = await statistics("?days=1");
    assert.equal(days.length, 1);
    assert.deepEqual(channels.fbMessenger, {
      optIns: [before.channels.fbMessenger.optIns[0] + 1],
      optOuts: [before.channels.fbMessenger.optOuts[0] + 1],
    });
    assert.equal(sources.api.optIns[0], before.sources.api.optIns[0] + 1);
    assert.deepEqual(today, {
      profiles: before.today.profiles + 1,
      optIns: before.today.optIns + 1,
      optOuts: before.today.optOuts + 1,
    });
  });

  test('puts what this version does not know into "other", and hides none of the rest', async () => {
    const { sql } = app.database;
    const id = await makeProfile();
    const before = await statistics("?days=1");
    // As a newer version would have its lists.
    await sql`alter table events drop constraint events_source_known`;
    await sql`alter table asked_flags drop constraint asked_flags_source_known`;
    await sql`select set_flag(
      p_profile_id => ${id}, p_channel => 'sms', p_opted_in => true, p_source => 'telepathy',
      p_actor => '{}')`;
    await sql`
      insert into event_counts (minutes, slot, channel, source, opt_ins, opt_outs, begun)
      values (60, date_trunc('hour', now()), 'pigeon', 'telepathy', 0, 3, 0)`;
    const { sources, channels, today } = await statistics("?days=1");
    assert.deepEqual(
      [sources.other, channels.other],
      [
        { optIns: [1], optOuts: [3] },
        { optIns: [0], optOuts: [3] },
      ],
    );
    assert.deepEqual(sources.api, before.sources.api);
    assert.equal(today.optOuts, before.today.optOuts + 3);
    await countOn(sql);
    assert.deepEqual((await statistics("?days=1")).sources.other, sources.other);
    await sql`delete from event_counts where source = 'telepathy'`;
  });

  test("count no opt-in that is only renewed", async () => {
    const id = await makeProfile({ sms: true });
    const before = await statistics();
    await app.call("PUT", `/v1/profiles/${id}/optin`, {
      channels: ["sms"],
      reason: "Said so again.",
    });
    const now = await statistics();
    assert.deepEqual(now.channels, before.channels);
    assert.notDeepEqual(now.latest, before.latest);
  });

  test("put each event on its day in the reader's time zone", async () => {
    const { sql } = app.database;
    // 23:30 of the day before yesterday in UTC is yesterday in Kathmandu, 5:45 ahead.
    const [moment] = await sql<[{ day: string; next: string }]>`
      select to_char(at, 'YYYY-MM-DD') as day, to_char(at + interval '1 day', 'YYYY-MM-DD') as next
      from (select (date_trunc('day', now() at time zone 'UTC') - interval '30 minutes' - interval
        '1 day') as at) m`;
    await sql`
      select make_profiles(jsonb_build_array(jsonb_build_object('id', 'early', 'createdAt',
        date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '30 minutes' -
          interval '1 day')))`;
    await sql`
      select set_flag(
        p_profile_id => 'early', p_channel => 'appMessaging', p_opted_in => true,
        p_source => 'import', p_actor => '{}',
        p_at => date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
          - interval '30 minutes' - interval '1 day')`;
    for (const count of [() => {}, () => countOn(sql)]) {
      await count();
      for (const [zone, day] of [
        ["UTC", moment.day],
        ["Asia/Kathmandu", moment.next],
      ]) {
        const { days, sources } = await statistics(`?days=5&zone=${zone}`);
        assert.equal(days[sources.import.optIns.indexOf(1)], day, zone);
      }
    }
  });

  test("have a day of 23 and one of 25 hours when clocks change", () => {
    const hours = (now: string) => {
      const [last] = lastDays(1, "Europe/Berlin", Date.parse(now));
      return (Date.parse(last?.ends ?? "") - Date.parse(last?.begins ?? "")) / 3_600_000;
    };
    assert.deepEqual(
      ["2026-03-29T12:00:00Z", "2026-10-25T12:00:00Z", "2026-11-23T12:00:00Z"].map(hours),
      [23, 25, 24],
    );
  });

  for (const query of ["?days=0", "?days=1000", "?zone=Moon/Crater", "?from=2026"]) {
    test(`refuse ${query}`, async () => {
      assert.equal((await app.call("GET", `/v1/statistics${query}`)).status, 422);
    });
  }
});

describe("the latest changes", () => {
  test("are newest first, with the person's name, and a new person once", async () => {
    const { body } = await app.call("POST", "/v1/profiles", {
      properties: { name: "Grace" },
      optIn: { sms: true },
    });
    const { latest } = await statistics();
    assert.deepEqual(
      latest
        .slice(0, 2)
        .map((one: Record<string, unknown>) => [
          one.profileId,
          one.name,
          one.from,
          one.to,
          one.source,
        ]),
      [
        [body.id, "Grace", false, true, "api"],
        [body.id, "Grace", null, null, "default"],
      ],
    );
  });

  test("name nobody who was deleted", async () => {
    const { body } = await app.call("POST", "/v1/profiles", { properties: { name: "Gone" } });
    await app.call("DELETE", `/v1/profiles/${body.id}`);
    const { latest } = await statistics();
    assert.deepEqual([latest[0].profileId, latest[0].name], [body.id, null]);
  });
});

describe("forms", () => {
  test("show how often they were used, by day, before and after it is counted", async () => {
    const { body: form } = await app.call("POST", "/v1/forms", formBody());
    const submit = (address: string) =>
      app.call("POST", `/public/forms/${form.id}/submissions`, { address });
    await submit("+447700900001");
    await submit("+447700900001");
    await countOn(app.database.sql);
    await submit("+447700900002");
    const { body } = await app.call("GET", "/v1/statistics/forms?days=7");
    assert.equal(body.days.length, 7);
    assert.deepEqual(body.items, [{ form: form.id, submissions: [0, 0, 0, 0, 0, 0, 3] }]);
  });
});

describe("first steps", () => {
  test("tick themselves off", async () => {
    const fresh = await testApp();
    const steps = async () => (await fresh.call("GET", "/v1/statistics/first-steps")).body;
    await fresh.database.sql`update keys set name = 'First key'`;
    const none = {
      defaults: false,
      rules: false,
      form: false,
      stop: false,
      broadcast: false,
      key: false,
    };
    assert.deepEqual(await steps(), { ...none, empty: true });

    await fresh.call("PUT", "/v1/profiles/optin", { sms: false });
    assert.deepEqual(await steps(), { ...none, defaults: true, empty: true });
    await fresh.call("POST", "/v1/rules/presets", {
      channel: "sms",
      inbound: "*",
      preset: "stop",
      reply: null,
    });
    await fresh.call("POST", "/v1/forms", formBody());
    const inbound = { channel: "sms", from: "+447700900123", to: "+447700900001", body: "STOP" };
    await fresh.call("POST", "/v1/messages/inbounds", inbound);
    await fresh.call("POST", "/v1/broadcasts", {
      name: "Hi",
      channel: "sms",
      body: "Hi",
      audience: { everyone: true },
    });
    await fresh.call("POST", "/v1/keys", { name: "Shop", scopes: ["messages:send"] });
    assert.deepEqual(await steps(), {
      defaults: true,
      rules: true,
      form: true,
      stop: true,
      broadcast: true,
      key: true,
      empty: false,
    });
    await fresh.end();
  });
});
