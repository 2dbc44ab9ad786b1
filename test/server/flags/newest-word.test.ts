// The newest word of a person counts: what lifts an opt-out that they made, and what does not.

import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  for (const [keyword, action] of [
    ["stop", "optOut"],
    ["start", "optIn"],
  ]) {
    const rule = { channel: "sms", inbound: "*", keyword, action };
    assert.equal((await app.call("POST", "/v1/rules", rule)).status, 201);
  }
});
after(() => app.end());

const old = { text: "Signed at the till", collectedAt: "2024-05-01T10:00:00.000Z" };
const fresh = () => ({ text: "Called us", collectedAt: new Date().toISOString() });

let people = 0;
/** A new person; the id is also what a message of theirs comes from. */
async function person(more: Record<string, unknown> = {}) {
  const phoneNumber = `+447700902${String(++people).padStart(3, "0")}`;
  const { status, body } = await app.call("POST", "/v1/profiles", { phoneNumber, ...more });
  assert.equal(status, 201);
  return { id: body.id as string, phoneNumber };
}
const writes = async (from: string, body: string) => {
  const message = { channel: "sms", from, to: "12345", body };
  const answer = await app.call("POST", "/v1/messages/inbounds", message);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
};
const flagOf = async (id: string, channel = "sms") =>
  (await app.call("GET", `/v1/profiles/${id}/optin`)).body.items.find(
    (one: { channel: string }) => one.channel === channel,
  );
const eventsOf = async (id: string) =>
  (await app.call("GET", `/v1/profiles/${id}/events?limit=200`)).body.items.filter(
    (event: { channel: string }) => event.channel === "sms",
  );
const optIn = (id: string, more: object = {}, channels = ["sms"]) =>
  app.call("PUT", `/v1/profiles/${id}/optin`, { channels, ...more });
const linkOf = async (id: string, purpose: string) =>
  (await app.call("POST", `/v1/profiles/${id}/links`, { for: purpose })).body.url.split("=")[1];
const setFlag = (id: string, source: string) => app.database.sql`
  select set_flag(
    p_profile_id => ${id}, p_channel => 'sms', p_opted_in => false, p_source => ${source},
    p_actor => '{}')`;

/** Every way in which a person opts out. */
const ways: [string, (who: { id: string; phoneNumber: string }) => Promise<unknown>, string][] = [
  ["a message", ({ phoneNumber }) => writes(phoneNumber, "STOP"), "rule"],
  [
    "the preferences",
    async ({ id }) =>
      app.call(
        "PUT",
        "/public/preferences",
        { optIn: { sms: false } },
        {
          Authorization: `Bearer ${await linkOf(id, "preferences")}`,
        },
      ),
    "preferences",
  ],
  ["a mail's link", ({ id }) => setFlag(id, "unsubscribe"), "unsubscribe"],
  ["the carrier", ({ id }) => setFlag(id, "carrier"), "carrier"],
];
const refusalBy: Record<string, string> = { carrier: "carrier_opted_out" };

for (const [way, optOut, source] of ways) {
  describe(`an opt-out by ${way}`, () => {
    const outBy = async () => {
      const who = await person({ optIn: { sms: true } });
      await optOut(who);
      assert.equal((await flagOf(who.id)).source, source);
      return who;
    };
    const why = refusalBy[source] ?? "person_opted_out";

    it("is not lifted without evidence: 409 says when and how, and nothing is set", async () => {
      const { id } = await outBy();
      const { since, event } = await flagOf(id);
      for (const more of [{}, { evidence: { text: "They said yes" } }]) {
        const { status, body } = await optIn(id, more, ["email", "sms"]);
        assert.deepEqual([status, body.code], [409, "person_opted_out"]);
        assert.deepEqual(body.channels, { sms: why });
        assert.equal(body.issues.length, 1);
        assert.equal(body.issues[0].path, "evidence.collectedAt");
        assert.ok(body.issues[0].message.includes(since), body.issues[0].message);
      }
      assert.deepEqual((await flagOf(id)).event, event);
      assert.equal((await flagOf(id, "email")).optedIn, false);
    });

    it("is not lifted by an older act, whose evidence is kept, once", async () => {
      const { id } = await outBy();
      const before = await flagOf(id);
      for (let i = 0; i < 2; i++) {
        const { status, body } = await optIn(id, { evidence: old, reason: "From the CRM" });
        assert.deepEqual([status, body.optIn.sms], [200, false]);
        assert.deepEqual(body.keptOut, { sms: "older_than_opt_out" });
      }
      assert.deepEqual(await flagOf(id), before);
      const [kept, ...rest] = await eventsOf(id);
      assert.deepEqual(
        [kept.from, kept.to, kept.source, kept.refusal, kept.reason, kept.evidence],
        [false, false, "api", "older_than_opt_out", "From the CRM", old],
      );
      assert.equal(kept.occurredAt, old.collectedAt);
      assert.ok(rest.every(({ refusal }: { refusal: null }) => refusal === null));
    });

    it("is lifted by evidence of a later act", async () => {
      const { id } = await outBy();
      const evidence = fresh();
      const { status, body } = await optIn(id, { evidence });
      assert.deepEqual([status, body.optIn.sms, body.keptOut], [200, true, undefined]);
      const [event] = await eventsOf(id);
      assert.deepEqual([event.occurredAt, event.refusal], [evidence.collectedAt, null]);
      assert.ok(event.at >= event.occurredAt);
    });

    it("is not made weaker by an opt-out of the API", async () => {
      const { id } = await outBy();
      assert.equal((await app.call("DELETE", `/v1/profiles/${id}/optin?channel=sms`)).status, 200);
      assert.equal((await flagOf(id)).source, source);
      assert.equal((await optIn(id)).status, 409);
    });

    it("is kept out by an import, which says why, and lifted by a row with later evidence", async () => {
      const { id } = await outBy();
      for (const [evidence, refusal] of [
        [undefined, why],
        [old, "older_than_opt_out"],
      ]) {
        const rows = [{ id, optIn: { sms: true }, ...(evidence ? { evidence } : {}) }];
        for (const dryRun of [true, false]) {
          const { body } = await app.call("POST", "/v1/profiles/import", { rows, dryRun });
          const [item] = body.items;
          assert.deepEqual(
            [item.outcome, item.optIn, item.keptOut, item.refusals],
            ["unchanged", {}, { sms: source }, { sms: refusal }],
          );
        }
      }
      const kept = (await eventsOf(id)).filter(({ refusal }: { refusal: unknown }) => refusal);
      assert.deepEqual(
        kept.map((event: { source: string; evidence: unknown }) => [event.source, event.evidence]),
        [["import", old]],
      );
      const rows = [{ id, optIn: { sms: true }, evidence: fresh() }];
      for (const dryRun of [true, false]) {
        const { body } = await app.call("POST", "/v1/profiles/import", { rows, dryRun });
        assert.deepEqual([body.items[0].optIn, body.items[0].keptOut], [{ sms: true }, {}]);
      }
      assert.equal((await flagOf(id)).source, "import");
    });
  });
}

test("a person's message after the carrier's opt-out leaves that, and is kept", async () => {
  const { id, phoneNumber } = await person();
  await setFlag(id, "carrier");
  const before = await flagOf(id);
  for (const words of ["STOP", "STOP"]) await writes(phoneNumber, words);
  assert.deepEqual(await flagOf(id), before);
  const [last, first] = await eventsOf(id);
  for (const event of [first, last]) {
    assert.deepEqual(
      [event.from, event.to, event.source, event.refusal, event.evidence],
      [false, false, "rule", "already_so", { text: "STOP" }],
    );
  }
  assert.notEqual(first.actor.inbound, last.actor.inbound);
});

test("what the API opted out, the API opts in as before", async () => {
  const { id } = await person({ optIn: { sms: false } });
  const { status, body } = await optIn(id);
  assert.deepEqual([status, body.optIn.sms], [200, true]);
});

test("a person's own later message, form or preferences needs no evidence", async () => {
  const { id, phoneNumber } = await person();
  await writes(phoneNumber, "STOP");
  await writes(phoneNumber, "START");
  assert.equal((await flagOf(id)).optedIn, true);
  await writes(phoneNumber, "STOP");
  await app.call(
    "PUT",
    "/public/preferences",
    { optIn: { sms: true } },
    {
      Authorization: `Bearer ${await linkOf(id, "preferences")}`,
    },
  );
  assert.equal((await flagOf(id)).source, "preferences");
});

test("a new profile of somebody who had opted out is made, stays out and says why", async () => {
  const { id, phoneNumber } = await person();
  await writes(phoneNumber, "STOP");
  const stopped = (await flagOf(id)).since;
  const between = fresh();
  await app.call("DELETE", `/v1/profiles/${id}`);
  const { status, body } = await app.call("POST", "/v1/profiles", {
    phoneNumber,
    optIn: { sms: true, email: true },
  });
  assert.equal(status, 201);
  assert.deepEqual([body.optIn.sms, body.optIn.email], [false, true]);
  assert.deepEqual(body.keptOut, { sms: "person_opted_out" });
  const [event] = await eventsOf(body.id);
  assert.deepEqual([event.source, event.occurredAt], ["rule", stopped]);
  assert.equal((await optIn(body.id, { evidence: between })).body.optIn.sms, true);
});

test("a patch that is refused changes nothing, but its opt-outs are taken", async () => {
  const { id, phoneNumber } = await person({ optIn: { email: true } });
  await writes(phoneNumber, "STOP");
  const { status } = await app.call("PATCH", `/v1/profiles/${id}`, {
    optIn: { sms: true, rcs: true, email: false },
    properties: { city: "Ely" },
  });
  assert.equal(status, 409);
  const { body } = await app.call("GET", `/v1/profiles/${id}`);
  assert.deepEqual(
    [body.optIn.sms, body.optIn.rcs, body.optIn.email, body.properties],
    [false, false, false, {}],
  );
});

test("a merge keeps how and when the person opted out", async () => {
  const { id, phoneNumber } = await person();
  await writes(phoneNumber, "STOP");
  const stopped = (await flagOf(id)).since;
  const { body: other } = await app.call("POST", "/v1/profiles", { optIn: { sms: true } });
  await app.call("POST", `/v1/profiles/${other.id}/merge`, { from: id });
  const [event] = await eventsOf(other.id);
  assert.deepEqual([event.to, event.source, event.occurredAt], [false, "rule", stopped]);
  assert.equal((await optIn(other.id)).status, 409);
});

test("a key that only writes hears of the opt-out, and not when or how", async () => {
  const { id, phoneNumber } = await person();
  await writes(phoneNumber, "STOP");
  const key = await app.keyWith("profiles:write");
  const path = `/v1/profiles/${id}/optin`;
  const { status, body } = await app.call("PUT", path, { channels: ["sms"] }, key);
  assert.deepEqual(
    [status, body.issues, body.channels],
    [409, [{ path: "evidence.collectedAt", message: "The person opted out." }], undefined],
  );
});

for (const [first, again] of [
  ["unsubscribe", "unsubscribe"],
  ["preferences", "preferences"],
  ["carrier", "carrier"],
  ["carrier", "rule"],
]) {
  test(`an opt-out by ${first}, said again by ${again}, is as new as what was said last`, async () => {
    const { id } = await person({ optIn: { sms: true } });
    await setFlag(id, first as string);
    const evidence = fresh();
    await setFlag(id, again as string);
    const { status, body } = await optIn(id, { evidence });
    assert.deepEqual([status, body.keptOut], [200, { sms: "older_than_opt_out" }]);
    assert.equal((await flagOf(id)).optedIn, false);
    assert.equal((await optIn(id, { evidence: fresh() })).body.optIn.sms, true);
  });
}

test("an opt-out that was kept for an address replaces none that weighs more", async () => {
  const gone = await person();
  await app.call("DELETE", `/v1/profiles/${gone.id}/optin?channel=sms`);
  await app.call("DELETE", `/v1/profiles/${gone.id}`);
  const { id } = await person({ optIn: { sms: true } });
  await app.call("PATCH", `/v1/profiles/${id}`, { phoneNumber: null });
  await setFlag(id, "rule");
  await app.call("PATCH", `/v1/profiles/${id}`, { phoneNumber: gone.phoneNumber });
  assert.equal((await flagOf(id)).source, "rule");
  assert.equal((await optIn(id)).body.code, "person_opted_out");
});

test("whoever is out says no for their phone's other spelling, too, each time", async () => {
  const [one, twin] = ["+5511987650001", "+551187650001"];
  const { sql } = app.database;
  await sql`select make_profiles(${sql.json([
    { id: "spelling-one", phoneNumber: one },
    { id: "spelling-two", phoneNumber: twin },
  ])})`;
  await setFlag("spelling-one", "carrier");
  const evidence = { evidence: fresh() };
  assert.equal((await optIn("spelling-two", evidence)).body.optIn.sms, true);
  await setFlag("spelling-one", "rule");
  assert.equal((await flagOf("spelling-two")).optedIn, false);
  assert.equal((await flagOf("spelling-one")).source, "carrier");
});
