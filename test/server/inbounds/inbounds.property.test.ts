// For any sequence of messages, changes of rules, API calls and submissions, the flag is the fold
// of its events.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { type InboundMessage, receiveMessage } from "../../../server/inbounds/receive.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
let form: { id: string };
before(async () => {
  app = await testApp();
  form = (await app.call("POST", "/v1/forms", formBody())).body;
});
after(() => app.end());

const words = ["STOP", "start", "stop all", "JOIN!", "hello", "", "Arrêt svp"];
const keywords = ["stop", "start", "stop all", "join", "arrêt", "hello"];
const numbers = ["+447700900701", "+447700900702"];
const addresses = ["12345", "+447700900001"];

type Step =
  | ({ do: "receive" } & InboundMessage)
  | { do: "rule"; keyword: string; inbound: string; action: string; reply: string | null }
  | { do: "delete rule"; keyword: string }
  | { do: "api"; from: string; optedIn: boolean }
  | { do: "submit"; from: string }
  | { do: "delete profile"; from: string };

const from = fc.constantFrom(...numbers);
const receive: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("receive" as const),
  provider: fc.constantFrom("api" as const, "twilio" as const),
  channel: fc.constantFrom("sms" as const, "whatsApp" as const),
  from,
  to: fc.constantFrom(...addresses),
  body: fc.constantFrom(...words),
  messageId: fc.constantFrom<(string | null)[]>(null, "m1", "m2", "m3", "m4", "m5", "m6"),
  carrier: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    "optOut" as const,
    "optIn" as const,
    "help" as const,
  ),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: receive },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("rule" as const),
      keyword: fc.constantFrom(...keywords),
      inbound: fc.constantFrom("*", ...addresses),
      action: fc.constantFrom("optIn", "optOut", "reply"),
      reply: fc.constantFrom("Thanks"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("delete rule" as const),
      keyword: fc.constantFrom(...keywords),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("api" as const), from, optedIn: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("submit" as const), from }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete profile" as const), from }) },
);

async function take(step: Step): Promise<void> {
  const { sql } = app.database;
  if (step.do === "receive") {
    const { do: _, ...message } = step;
    await receiveMessage(sql, message);
  } else if (step.do === "rule") {
    const { do: _, ...rule } = step;
    await app.call("POST", "/v1/rules", { channel: "sms", ...rule });
  } else if (step.do === "delete rule") {
    await sql`delete from rules where keyword = ${step.keyword}`;
  } else if (step.do === "submit") {
    await app.call("POST", `/public/forms/${form.id}/submissions`, { address: step.from });
  } else {
    const found = await app.call(
      "GET",
      `/v1/profiles?phoneNumber=${encodeURIComponent(step.from)}`,
    );
    const id = found.body.items[0]?.id;
    if (step.do === "delete profile") await app.call("DELETE", `/v1/profiles/${id}`);
    else if (step.optedIn) await app.call("PUT", `/v1/profiles/${id}/optin`, { channels: ["sms"] });
    else await app.call("DELETE", `/v1/profiles/${id}/optin?channel=sms`);
  }
}

/** What everything is, but for the serial numbers of what was never written. */
const everything = () => app.database.sql`
  select
    (select json_agg(e order by e.profile_id, e.id) from events e) as events,
    (select json_agg(f order by f.profile_id, f.channel) from flags f) as flags,
    (select json_agg(i order by i.id) from inbounds i) as inbounds,
    (select json_agg(m order by m.id) from messages m) as messages`;

/**
 * Flags that are not the fold of their events (in since the first of the yeses in a row to one
 * form; what was refused changed nothing), and events that do not begin where the one before ended.
 */
const broken = () => app.database.sql`
  with told as (
    select e.profile_id, e.id, c.channel, e.from_opted_in, e.source, e.at, e.actor, e.refusal,
      coalesce(e.to_opted_in, (d.opt_in -> c.channel)::boolean) as to_opted_in
    from events e
    join channels c on c.channel = coalesce(e.channel, c.channel)
    left join defaults d on d.number = e.began_with
  )
  select f.profile_id, f.channel
  from flags f
  left join lateral (
    select e.* from told e where e.profile_id = f.profile_id and e.channel = f.channel
      and e.refusal is null
    order by e.id desc limit 1
  ) last on true
  left join lateral (
    select max(at) filter (where not renewed) as since
    from (
      select at, coalesce(from_opted_in and to_opted_in and source = 'form'
        and lag(source) over later = 'form'
        and actor ->> 'form' = lag(actor) over later ->> 'form', false) as renewed
      from told e where e.profile_id = f.profile_id and e.channel = f.channel
        and e.refusal is null
      window later as (order by id)
    ) told
  ) begun on true
  where (f.opted_in, f.event_id, f.source, f.actor, f.since) is distinct from
    (last.to_opted_in, last.id, last.source, last.actor, begun.since)
  union all
  select profile_id, channel
  from (
    select profile_id, channel, from_opted_in,
      lag(to_opted_in) over (partition by profile_id, channel order by id) as before
    from told
  ) chain
  where from_opted_in is distinct from before`;

const clear = () =>
  app.database.sql.unsafe(
    "delete from rules; delete from inbounds; delete from messages; " +
      "select delete_profile(id) from profiles",
  );

test("one after the other, and many at once: the flag is the fold of its events; repeating any message changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      async (steps, atOnce) => {
        await clear();
        for (let index = 0; index < steps.length; index += atOnce) {
          await Promise.all(steps.slice(index, index + atOnce).map(take));
        }
        assert.deepEqual([...(await broken())], []);

        const before = await everything();
        const named = steps.filter((step) => step.do === "receive" && step.messageId !== null);
        await Promise.all([...named, ...named].map(take));
        assert.deepEqual([...(await everything())], [...before]);
      },
    ),
    { numRuns: 60 },
  );
});

test("each message that acted has its event, its evidence and at most one reply", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await clear();
      for (const step of steps) await take(step);
      const wrong = await app.database.sql`
        select i.id from inbounds i
        left join events e on e.profile_id = i.profile_id and e.id = i.event_id
        left join evidence d on d.profile_id = e.profile_id and d.event_id = e.id
        left join lateral (select count(*) as replies from messages m where m.reply_to = i.id) m
          on true
        where (i.action in ('optIn', 'optOut')
          and (e.to_opted_in = (i.action = 'optIn')) is not true)
          or (i.action in ('optIn', 'optOut') and d.details ->> 'text' is distinct
            from nullif(i.body, ''))
          or (i.event_id is not null and e.actor ->> 'inbound' is distinct from i.id::text)
          or m.replies > 1`;
      assert.deepEqual([...wrong], []);
    }),
    { numRuns: 30 },
  );
});
