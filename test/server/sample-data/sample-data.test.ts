// Sample data: a whole small business in an empty system, and nothing in one that is in use.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { tellStory } from "../../../server/sample-data/story.ts";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

describe("sample data", () => {
  test("fills an empty system once, even if two ask at the same moment", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => app.call("POST", "/v1/sample-data")));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409]);
    assert.equal(answers.find(({ status }) => status === 409)?.body.code, "not_empty");
    const [row] = await app.database.sql<
      [{ profiles: number }]
    >`select count(*)::int as profiles from profiles`;
    assert.equal(row.profiles, 240);
  });

  test("leaves every flag as its last event says", async () => {
    const wrong = await app.database.sql`
      select f.profile_id, f.channel from flags f
      where (f.event_id, f.opted_in, f.since) is distinct from (
        select (e.id, coalesce(e.to_opted_in, (d.opt_in -> f.channel)::boolean), e.at)
        from events e left join defaults d on d.number = e.began_with
        where e.profile_id = f.profile_id and coalesce(e.channel, f.channel) = f.channel
        order by e.id desc limit 1
      )`;
    assert.equal(wrong.length, 0);
  });

  test("has every person's events in chronological order, none of them in the future", async () => {
    const wrong = await app.database.sql`
      select from (select at, greatest(lag(at) over (partition by profile_id, channel order by id),
        first_value(at) over (partition by profile_id order by id)) as earlier
        from events) e
      where e.at < e.earlier or e.at > now()`;
    assert.equal(wrong.length, 0);
  });

  test("marks every event that somebody caused as a sample", async () => {
    const unmarked = await app.database.sql`
      select from events where source <> 'default' and actor ->> 'sample' is distinct from 'true'`;
    assert.equal(unmarked.length, 0);
  });

  for (const clock of ["00:00", "00:20", "03:00", "08:00", "12:00", "23:59"]) {
    test(`tells the whole story at ${clock}, and nothing from the future`, () => {
      const now = Date.parse(`2026-11-23T${clock}:00Z`);
      const { people, happenings } = tellStory(now);
      assert.equal(new Set(people.map(({ id }) => id)).size, 240);
      assert.ok(happenings.every(({ at }) => Date.parse(at) < now));
      for (const way of [
        "form",
        "api",
        "import",
        "rule",
        "unsubscribe",
        "preferences",
        "carrier",
      ]) {
        assert.ok(
          happenings.some(({ source }) => source === way),
          way,
        );
      }
    });
  }

  test("uses nobody's numbers, and mail addresses of example.com", async () => {
    const { people } = tellStory(Date.now());
    assert.deepEqual(
      people.filter(({ email, phoneNumber }) => {
        return (
          !/@example\.com$/.test(email) || !/^(\+1\d{3}55501\d\d|\+447700900123)$/.test(phoneNumber)
        );
      }),
      [],
    );
    assert.equal(new Set(people.map(({ phoneNumber }) => phoneNumber)).size, people.length);
  });

  test("shows opt-ins and opt-outs on most of the last 30 days, by every source", async () => {
    const { body } = await app.call("GET", "/v1/statistics?days=90");
    const { sms, whatsApp, email } = body.channels;
    const busy = body.days.filter((_: string, index: number) => {
      return [sms, whatsApp, email].some(({ optIns }) => optIns[index] > 0);
    });
    assert.ok(busy.length >= 25, `${busy.length} days`);
    for (const source of ["form", "api", "import"]) {
      assert.ok(
        body.sources[source].optIns.some((count: number) => count > 0),
        source,
      );
    }
    for (const source of ["rule", "unsubscribe", "preferences", "carrier"]) {
      assert.ok(
        body.sources[source].optOuts.some((count: number) => count > 0),
        source,
      );
    }
  });

  test("is on every page: forms used, messages read and answered, a broadcast sent", async () => {
    const { body: forms } = await app.call("GET", "/v1/forms");
    assert.equal(forms.items.length, 3);
    assert.ok(forms.items.every(({ submissions }: { submissions: number }) => submissions > 10));
    const { body: inbounds } = await app.call("GET", "/v1/messages/inbounds");
    assert.ok(inbounds.items.some((inbound: { reply: string | null }) => inbound.reply !== null));
    const { body: broadcasts } = await app.call("GET", "/v1/broadcasts");
    assert.ok(broadcasts.items[0].counts.sent > 20);
    assert.equal(broadcasts.items[0].counts.queued, 0);
  });

  test("leaves the first steps to do", async () => {
    const { body } = await app.call("GET", "/v1/statistics/first-steps");
    assert.deepEqual(
      [body.form, body.stop, body.broadcast, body.empty],
      [false, false, false, false],
    );
  });

  test("is refused if there is more than one rule", async () => {
    const used = await testApp();
    const rule = { channel: "sms", inbound: "*", keyword: "bye", action: "optOut" };
    assert.equal((await used.call("POST", "/v1/rules", rule)).status, 201);
    assert.equal((await used.call("POST", "/v1/sample-data")).status, 409);
    assert.equal((await used.call("GET", "/v1/profiles")).body.items.length, 0);
    await used.end();
  });
});

describe("a made-up past", () => {
  test("goes neither before the last event of its flag nor into the future", async () => {
    const { sql } = app.database;
    await sql`select make_profiles('[{"id": "now"}]')`;
    for (const at of ["2026-01-01T00:00:00Z", "2999-01-01T00:00:00Z"]) {
      await assert.rejects(
        sql`select set_flag(
          p_profile_id => 'now', p_channel => 'sms', p_opted_in => true, p_source => 'api',
          p_actor => '{}', p_at => ${at}::timestamptz)`,
        /cannot be before/,
      );
    }
  });

  test("is not before a renewal of its flag, which leaves since unchanged", async () => {
    const { sql } = app.database;
    await sql`select make_profiles('[{"id": "renewed", "createdAt": "2026-01-01T00:00:00Z"}]')`;
    const yes = (at: string) => sql`
      select set_flag(
        p_profile_id => 'renewed', p_channel => 'sms', p_opted_in => true, p_source => 'form',
        p_actor => '{"form": "f"}', p_at => ${at}::timestamptz)`;
    await yes("2026-01-02T00:00:00Z");
    await yes("2026-01-05T00:00:00Z");
    await assert.rejects(yes("2026-01-03T00:00:00Z"), /cannot be before/);
    await yes("2026-01-06T00:00:00Z");
    const [flag] =
      await sql`select since from flags where profile_id = 'renewed' and channel = 'sms'`;
    assert.equal(new Date(flag?.since).toISOString(), "2026-01-02T00:00:00.000Z");
  });
});
