// Importing people: what a row becomes, whom it never opts in, and that twice is once.

import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const path = "/v1/profiles/import";

/** Imports rows and gives what became of each. */
async function imported(rows: unknown[], more: Record<string, unknown> = {}) {
  const { status, body } = await app.call("POST", path, { rows, ...more });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const outcomes = (body: { items: { outcome: string }[] }) =>
  body.items.map(({ outcome }) => outcome);
const flag = async (id: string, channel: string) =>
  (await app.call("GET", `/v1/profiles/${id}/optin`)).body.items.find(
    (one: { channel: string }) => one.channel === channel,
  );

test("a row makes a person, with properties, flags and the evidence that came along", async () => {
  const evidence = {
    text: "Paper form",
    collectedAt: "2026-01-02T03:04:05Z",
    url: "https://shop.example/a",
  };
  const row = {
    id: "made",
    phoneNumber: "07700 900501",
    email: "made@EXAMPLE.com",
    properties: { city: "Leeds" },
    optIn: { sms: true, email: false },
    evidence,
  };
  const { counts, items } = await imported([row], {
    defaultCountry: "GB",
    reason: "The fair in May",
  });
  assert.deepEqual(items, [
    {
      index: 0,
      outcome: "created",
      profileId: "made",
      optIn: { sms: true, email: false },
      keptOut: {},
    },
  ]);
  assert.deepEqual([counts.created, counts.optedIn, counts.optedOut], [1, 1, 1]);
  const { body } = await app.call("GET", "/v1/profiles/made");
  assert.deepEqual(
    [body.phoneNumber, body.email, body.properties],
    ["+447700900501", "made@example.com", { city: "Leeds" }],
  );
  assert.deepEqual([body.optIn.sms, body.optIn.email], [true, false]);
  const events = (await app.call("GET", "/v1/profiles/made/events?limit=2")).body.items;
  for (const event of events) {
    assert.deepEqual([event.source, event.reason], ["import", "The fair in May"]);
    assert.deepEqual(event.evidence, event.channel === "sms" ? evidence : null);
  }
});

test("a row adds to the person who has its address, and takes nothing away", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "known",
    email: "Known@example.com",
    properties: { a: "1", b: "2" },
  });
  const { items } = await imported([
    { email: "known@example.com", phoneNumber: "+447700900502", properties: { b: "3", c: "4" } },
  ]);
  assert.deepEqual([items[0].outcome, items[0].profileId], ["updated", "known"]);
  const { body } = await app.call("GET", "/v1/profiles/known");
  assert.deepEqual(
    [body.email, body.phoneNumber, body.properties],
    ["Known@example.com", "+447700900502", { a: "1", b: "3", c: "4" }],
  );
});

test("what was imported once changes nothing the second time, and writes no event", async () => {
  const rows = [
    {
      id: "twice",
      phoneNumber: "+447700900503",
      properties: { a: "b" },
      optIn: { sms: true, whatsApp: false },
    },
    { email: "twice@example.com", optIn: { email: true }, evidence: { text: "Yes" } },
  ];
  assert.deepEqual(outcomes(await imported(rows)), ["created", "created"]);
  const [first] = await app.database.sql`select count(*)::int, max(id) from events`;
  assert.deepEqual(outcomes(await imported(rows)), ["unchanged", "unchanged"]);
  assert.deepEqual((await app.database.sql`select count(*)::int, max(id) from events`)[0], first);
});

describe("whoever has said no is not opted in", () => {
  const outs: [string, (id: string) => Promise<unknown>, string][] = [
    ["the API", (id) => app.call("DELETE", `/v1/profiles/${id}/optin?channel=sms`), "api"],
    ["an earlier import", (id) => imported([{ id, optIn: { sms: false } }]), "import"],
    [
      "their carrier",
      (id) => app.database.sql`select set_flag(
        p_profile_id => ${id}, p_channel => 'sms', p_opted_in => false, p_source => 'carrier',
        p_actor => '{}')`,
      "carrier",
    ],
  ];
  for (const [who, optOut, source] of outs) {
    it(`by ${who}`, async () => {
      const id = `out-${source}`;
      await app.call("POST", "/v1/profiles", {
        id,
        phoneNumber: `+4477009005${10 + source.length}`,
      });
      await optOut(id);
      const row = { id, optIn: { sms: true, rcs: true }, evidence: { text: "But they said yes!" } };
      for (const dryRun of [true, false]) {
        const { items, counts } = await imported([row], { dryRun });
        assert.deepEqual(items[0].optIn, { rcs: true });
        assert.deepEqual(items[0].keptOut, { sms: source });
        assert.equal(counts.keptOut, 1);
      }
      assert.deepEqual(
        [(await flag(id, "sms")).optedIn, (await flag(id, "sms")).source],
        [false, source],
      );
      assert.equal((await flag(id, "rcs")).optedIn, true);
    });
  }

  it("not even by an import that calls set_flag directly", async () => {
    await app.call("POST", "/v1/profiles", { id: "direct", optIn: { sms: false } });
    await app.database.sql`select set_flag(
      p_profile_id => 'direct', p_channel => 'sms', p_opted_in => true, p_source => 'import',
      p_actor => '{}')`;
    assert.equal((await flag("direct", "sms")).optedIn, false);
  });

  it("by a profile that is gone, for whoever has the address now", async () => {
    await app.call("POST", "/v1/profiles", {
      id: "gone",
      phoneNumber: "+447700900530",
      email: "gone@example.com",
    });
    await app.call("DELETE", "/v1/profiles/gone/optin?channel=sms,email");
    await app.call("DELETE", "/v1/profiles/gone");
    await app.call("POST", "/v1/profiles", { id: "gains", fbMessengerId: "gains" });
    const rows = [
      { phoneNumber: "+447700900530", optIn: { sms: true, whatsApp: true } },
      { id: "gains", email: "gone@example.com", optIn: { email: true } },
    ];
    for (const dryRun of [true, false]) {
      const { items } = await imported(rows, { dryRun });
      assert.deepEqual(items[0].optIn, { whatsApp: true });
      assert.deepEqual(items[0].keptOut, { sms: "api" });
      assert.deepEqual([items[1].optIn, items[1].keptOut], [{}, { email: "api" }]);
    }
    assert.equal((await flag("gains", "email")).optedIn, false);
  });
});

test("an import out is an opt-out, also where the flag was out by default alone", async () => {
  await imported([{ id: "says-no", optIn: { sms: false } }]);
  assert.equal((await flag("says-no", "sms")).source, "import");
});

test("an opt-in that is there already keeps its own proof", async () => {
  await app.call("POST", "/v1/profiles", { id: "proven", optIn: { sms: true } });
  const before = await flag("proven", "sms");
  const body = await imported([
    { id: "proven", optIn: { sms: true }, evidence: { text: "Other" } },
  ]);
  assert.deepEqual(outcomes(body), ["unchanged"]);
  assert.deepEqual(await flag("proven", "sms"), before);
});

describe("a row is refused, with the reason, and stops no other", () => {
  before(async () => {
    await app.call("POST", "/v1/profiles", { id: "one", phoneNumber: "+447700900541" });
    await app.call("POST", "/v1/profiles", { id: "two", email: "two@example.com" });
  });
  const cases: [string, unknown, string, RegExp][] = [
    ["without a name for anybody", { properties: { a: 1 } }, "invalid", /Name an id/],
    ["with a phone number that is none", { phoneNumber: "12" }, "invalid", /country code/],
    ["with an e-mail address that is none", { email: "nobody" }, "invalid", /e-mail address/],
    ["with a field that there is not", { id: "a", phone: "1" }, "invalid", /no such field/],
    ["that is no object", "text", "invalid", /./],
    ["with NUL in a property", { id: "a", properties: { a: "\0" } }, "invalid", /NUL/],
    [
      "with a channel that there is not",
      { id: "a", optIn: { fax: true } },
      "invalid",
      /no such field/,
    ],
    ["with a reserved id", { id: "export" }, "invalid", /reserved/],
    [
      "that names two people",
      { phoneNumber: "+447700900541", email: "two@example.com" },
      "two_profiles",
      /one,two/,
    ],
    [
      "with somebody else's address",
      { id: "three", email: "two@example.com" },
      "two_profiles",
      / two$/,
    ],
    [
      "that would replace an address",
      { id: "one", phoneNumber: "+447700900599" },
      "address_in_use",
      / one$/,
    ],
  ];
  for (const [what, row, code, message] of cases) {
    it(what, async () => {
      const good = { id: "two", properties: { [`seen ${what}`]: "yes" } };
      for (const dryRun of [true, false]) {
        const { items, counts } = await imported([row, good], { dryRun });
        assert.deepEqual(outcomes({ items }), ["refused", "updated"]);
        assert.equal(items[0].problem.code, code);
        assert.match(`${items[0].problem.detail} ${items[0].problem.profileIds}`, message);
        assert.equal(counts.refused, 1);
      }
    });
  }
});

test("a dry run tells what the import then does, and changes nothing", async () => {
  await app.call("POST", "/v1/profiles", { id: "dry-known", email: "dry@example.com" });
  await app.call("POST", "/v1/profiles", { id: "dry-out", optIn: { sms: false } });
  const rows = [
    { id: "dry-new", phoneNumber: "+447700900551", optIn: { sms: true, email: false } },
    { email: "dry@example.com", properties: { city: "Ely" } },
    { id: "dry-out", optIn: { sms: true } },
    { id: "dry-new", properties: { again: "yes" } },
    { phoneNumber: "nonsense" },
  ];
  const contents = async () =>
    JSON.stringify(
      await app.database.sql`
    select (select count(*) from profiles) as people, (select count(*) from events) as events,
      (select json_agg(f order by f.profile_id, f.channel) from flags f) as flags,
      (select json_agg(p order by p.id) from profiles p) as profiles`,
    );
  const before = await contents();
  const dry = await imported(rows, { dryRun: true });
  assert.equal(await contents(), before);
  const wet = await imported(rows);
  assert.deepEqual(dry.counts, wet.counts);
  assert.deepEqual(
    dry.items.map(({ profileId: _, ...item }: { profileId: string }) => item),
    wet.items.map(({ profileId: _, ...item }: { profileId: string }) => item),
  );
  assert.deepEqual(outcomes(wet), ["created", "updated", "unchanged", "updated", "refused"]);
});

test("rows of one person in one file make one person", async () => {
  const rows = Array.from({ length: 300 }, (_, index) => ({
    phoneNumber: "+447700900560",
    properties: { [`p${index % 3}`]: String(index) },
  }));
  const { counts } = await imported(rows);
  assert.deepEqual([counts.created, counts.updated + counts.unchanged], [1, 299]);
});

test("8 imports of the same people at once, in any order, make each person once", async () => {
  const rows = Array.from({ length: 400 }, (_, index) => ({
    phoneNumber: `+4477009${String(60_000 + index)}`,
    ...(index % 2 ? { email: `crowd${index}@example.com` } : {}),
    optIn: { sms: true },
  }));
  const orders = Array.from({ length: 8 }, (_, turn) =>
    [...rows.slice(turn * 50), ...rows.slice(0, turn * 50)].sort(() => (turn % 2 ? 0 : -1)),
  );
  const answers = await Promise.all(orders.map((order) => imported(order)));
  const created = answers.reduce((sum, { counts }) => sum + counts.created, 0);
  const refused = answers.reduce((sum, { counts }) => sum + counts.refused, 0);
  assert.deepEqual([created, refused], [400, 0]);
  const [held] = await app.database.sql`
    select count(*)::int as events from events e join profiles p on p.id = e.profile_id
    where p.phone_number like '+4477009600%' and e.source = 'import'`;
  const [people] = await app.database
    .sql`select count(*)::int from profiles where phone_number like '+4477009600%'`;
  assert.equal(held?.events, people?.count);
});

test("more than 5,000 rows are refused whole, and so is none", async () => {
  for (const rows of [[], Array.from({ length: 5_001 }, () => ({ id: "x" }))]) {
    const { status, body } = await app.call("POST", path, { rows });
    assert.equal(status, 422);
    assert.equal(body.issues[0].path, "rows");
  }
});

test("an import needs the scope to write profiles", async () => {
  const headers = await app.keyWith("profiles:read");
  assert.equal((await app.call("POST", path, { rows: [{ id: "x" }] }, headers)).status, 403);
});
