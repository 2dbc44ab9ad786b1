// Being forgotten: nothing personal is left, and nothing but the person's own act brings messages
// back.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { makeLink } from "../../../server/links/links.ts";
import { sendMessage } from "../../../server/messages/send.ts";
import type { Channel } from "../../../server/schemas/channels.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
let form: string;
let count = 0;
let phoneNumber: string;
let email: string;
let person: string;

before(async () => {
  app = await testApp();
  form = (await app.call("POST", "/v1/forms", formBody())).body.id;
  const rule = { channel: "sms", inbound: "*", action: "optIn", keyword: "start" };
  await app.call("POST", "/v1/rules", { ...rule, reply: "Welcome" });
  await app.call("POST", "/v1/rules", {
    ...rule,
    keyword: "help",
    action: "reply",
    reply: "We are here.",
  });
});
after(() => app.end());

beforeEach(async () => {
  count++;
  phoneNumber = `+447700900${String(count).padStart(3, "0")}`;
  email = `Erna.Erased.${count}@c.de`;
  const profile = {
    phoneNumber,
    email,
    properties: { name: "Erna Erased" },
    optIn: { sms: true, email: true },
  };
  person = (await app.call("POST", "/v1/profiles", profile, { "Idempotency-Key": `made-${count}` }))
    .body.id;
});

const forget = (id = person) => app.call("DELETE", `/v1/profiles/${id}?forget=true`);
const inbound = (body: string, more = {}) =>
  app.call("POST", "/v1/messages/inbounds", {
    channel: "sms",
    from: phoneNumber,
    to: "+4915799",
    body,
    ...more,
  });
const send = (rules: Channel[], to: object = { phoneNumber }) =>
  app.call("POST", "/v1/messages", { to, rules, body: "Hello" });
const find = async () =>
  (await app.call("GET", `/v1/profiles?phoneNumber=${encodeURIComponent(phoneNumber)}`)).body
    .items[0];
const flag = async (id: string, channel: Channel) => {
  const { items } = (await app.call("GET", `/v1/profiles/${id}/optin`)).body;
  return items.find((item: { channel: Channel }) => item.channel === channel);
};

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const { sql } = app.database;
  const tables = await sql<{ name: string }[]>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
    from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
  assert.ok(tables.length > 15, `only ${tables.length} tables`);
  const rows = await Promise.all(
    tables.map(({ name }) => sql.unsafe(`select t::text as row from ${name} t`)),
  );
  return rows.flatMap((table) => table.map(({ row }) => row)).join("\n");
}

describe("what is left of a person who was forgotten", () => {
  it("is in no table and no line of the log: no address, no name, no text to or from them", async () => {
    const digits = phoneNumber.slice(1);
    await app.call("POST", `/public/forms/${form}/submissions`, {
      address: phoneNumber,
      wording: 1,
    });
    await inbound(`Stop writing to ${phoneNumber}, says Erna`, { messageId: `wamid.${digits}` });
    await inbound("start, says Erna", { messageId: `wamid.2.${digits}` });
    await inbound("help Erna");
    await app.call("PUT", `/v1/profiles/${person}/optin`, {
      channels: ["rcs"],
      reason: `Erna called from ${phoneNumber}`,
      evidence: { text: `I am Erna, ${email}` },
    });
    await app.call(
      "POST",
      "/v1/messages",
      {
        to: { phoneNumber, email },
        rules: ["sms"],
        title: "Dear Erna",
        body: `Is ${phoneNumber} yours?`,
        customBody: { sms: { text: `Erna ${email}` } },
        metadata: { to: phoneNumber },
      },
      { "Idempotency-Key": `sent-${count}` },
    );
    await app.database.sql`
      update messages set status = 'failed', reason = ${`no such number: ${phoneNumber}`},
        provider_id = ${digits}
      where id in (select id from messages where profile_id = ${person} order by id limit 1)`;
    await app.call("POST", "/v1/broadcasts", {
      name: "To one",
      channel: "sms",
      body: "Hello",
      audience: { property: "mobile", equals: phoneNumber },
    });
    const held = await dump();
    assert.ok(held.includes(digits) && held.includes("Erna") && /erna\.erased/i.test(held));

    assert.equal((await forget()).status, 204);
    const left = (await dump())
      .split("\n")
      .filter(
        (row) =>
          row.includes(digits) ||
          row.includes("Erna") ||
          row.toLowerCase().includes(email.toLowerCase()),
      );
    assert.deepEqual(left, []);
    assert.doesNotMatch(app.logged.join(""), new RegExp(`${digits}|Erna|${email}`, "i"));
  });

  it("is its bare events, with one for each flag that says so", async () => {
    await app.call("DELETE", `/v1/profiles/${person}/optin?channel=sms&reason=Erna`);
    await forget();
    const { items } = (await app.call("GET", `/v1/profiles/${person}/events`)).body;
    assert.equal(items.length, 1 + 2 + 1 + 6);
    for (const { to, source, reason, evidence } of items.slice(0, 6)) {
      assert.deepEqual(
        [to, source, reason, evidence],
        [false, "api", "The person was forgotten.", null],
      );
    }
    assert.ok(items.slice(6).every((event: { reason: unknown }) => event.reason === null));
  });

  it("is no message that still waits: it is cancelled", async () => {
    const { body } = await send(["sms"]);
    await forget();
    const {
      status,
      reason,
      body: text,
    } = (await app.call("GET", `/v1/messages/${body.messageId}`)).body;
    assert.deepEqual([status, reason, text], ["cancelled", "forgotten", null]);
  });

  it("goes with what belonged to profiles that were merged into it", async () => {
    const { body: other } = await app.call("POST", "/v1/profiles", {
      properties: { name: "Erna" },
    });
    await app.call("PUT", `/v1/profiles/${other.id}/optin`, {
      channels: ["appMessaging"],
      reason: "Erna said so",
      evidence: { text: "It is me, Erna" },
    });
    await app.call("POST", `/v1/profiles/${person}/merge`, { from: other.id });
    await forget();
    assert.doesNotMatch(await dump(), /Erna/);
  });

  it("goes after a plain delete, too", async () => {
    await inbound("start, says Erna");
    await app.call("DELETE", `/v1/profiles/${person}`);
    assert.match(await dump(), /says Erna/);
    assert.equal((await forget()).status, 204);
    assert.doesNotMatch(await dump(), /says Erna/);
    assert.equal((await forget()).status, 404);
  });

  it("makes nobody anew: a POST with the same Idempotency-Key says that it is gone", async () => {
    await forget();
    const again = {
      phoneNumber,
      email,
      properties: { name: "Erna Erased" },
      optIn: { sms: true, email: true },
    };
    const { status, body } = await app.call("POST", "/v1/profiles", again, {
      "Idempotency-Key": `made-${count}`,
    });
    assert.deepEqual([status, body.code], [410, "gone"]);
    assert.equal(await find(), undefined);
  });

  it("is no kept answer with a link, which holds the addresses encrypted", async () => {
    const wish = { for: "preferences", expiresIn: 86_400 };
    const key = { "Idempotency-Key": `linked-${count}` };
    const { status, body } = await app.call("POST", `/v1/profiles/${person}/links`, wish, key);
    assert.equal(status, 201);
    await forget();
    assert.ok(!(await dump()).includes(new URL(body.url).searchParams.get("token") as string));
  });

  it("leaves the kept answers of others whose addresses only begin or end so", async () => {
    const others = [{ email: `jo${email}` }, { email: `${email}om` }, { email: `x.${email}` }];
    for (const [index, other] of others.entries()) {
      const headers = { "Idempotency-Key": `alike-${count}-${index}` };
      const made = await app.call("POST", "/v1/profiles", other, headers);
      assert.equal(made.status, 201);
    }
    await forget();
    for (const [index, other] of others.entries()) {
      const headers = { "Idempotency-Key": `alike-${count}-${index}` };
      const again = await app.call("POST", "/v1/profiles", other, headers);
      assert.equal(again.status, 201, JSON.stringify(other));
    }
  });

  it("takes an address for the same only as a whole", async () => {
    const mentions = async (text: string, address: string) => {
      const [row] = await app.database.sql<{ held: boolean }[]>`
        select mentions(${text}, ${address}) as held`;
      return row?.held;
    };
    const cases: [string, string, boolean][] = [
      ['{"email":"Ann@X.co"}', "ann@x.co", true],
      ["Write to ann@x.co.", "ann@x.co", true],
      ["joann@x.com", "ann@x.co", false],
      ["ann@x.co.uk", "ann@x.co", false],
      ["mary-ann@x.co", "ann@x.co", false],
      ['"o\'neil+news@c.ie"', "o'neil+news@c.ie", true],
      ['{"phoneNumber":"+447700900123"}', "+447700900123", true],
      ['{"phoneNumber":"+447700900123"}', "+44770090012", false],
      ["annXx.co", "ann.x@co", false],
    ];
    for (const [text, address, held] of cases)
      assert.equal(await mentions(text, address), held, text);
  });

  it("leaves what belongs to others", async () => {
    const { body: other } = await app.call(
      "POST",
      "/v1/profiles",
      { email: `other.${count}@c.de`, properties: { name: "Otto" } },
      { "Idempotency-Key": `other-${count}` },
    );
    const evidence = { text: "Yes, Otto" };
    await app.call("PUT", `/v1/profiles/${other.id}/optin`, {
      channels: ["email"],
      reason: "Otto",
      evidence,
    });
    const before = await app.call("GET", `/v1/profiles/${other.id}/events`);
    await forget();
    assert.deepEqual((await app.call("GET", `/v1/profiles/${other.id}/events`)).body, before.body);
    assert.equal((await app.call("GET", `/v1/profiles/${other.id}`)).body.properties.name, "Otto");
  });
});

it("erasure can take the words of an event, and nobody can change them or take more", async () => {
  const { sql } = app.database;
  await app.call("PUT", `/v1/profiles/${person}/optin`, { channels: ["rcs"], reason: "Said so" });
  const attempts = [
    sql`update events set reason = 'Never said so' where profile_id = ${person}`,
    sql`
      update events set reason = null, to_opted_in = false where profile_id = ${person}
        and reason is not null`,
    sql`
      update events set reason = null, at = now() where profile_id = ${person}
        and reason is not null`,
    sql`update events set reason = null where profile_id = ${person}`,
  ];
  for (const attempt of attempts) await assert.rejects(attempt, /append-only/);
  await sql`update events set reason = null where profile_id = ${person} and reason is not null`;
  const [event] = (await app.call("GET", `/v1/profiles/${person}/events?limit=1`)).body.items;
  assert.deepEqual([event.channel, event.to, event.reason], ["rcs", true, null]);
});

describe("the addresses of a person who was forgotten", () => {
  beforeEach(async () => {
    assert.equal((await forget()).status, 204);
  });

  const staysOut = async (id: string, channels: Channel[] = ["sms", "whatsApp", "rcs"]) => {
    for (const channel of channels) {
      const { optedIn, source } = await flag(id, channel);
      assert.deepEqual([channel, optedIn, source], [channel, false, "forgotten"]);
    }
  };

  it("stay out when the profile is made again, on every channel, whatever the call and the defaults say", async () => {
    await app.call("PUT", "/v1/profiles/optin", { sms: true, email: true });
    const wish = {
      phoneNumber,
      email: email.toUpperCase(),
      optIn: { sms: true, whatsApp: true, email: true },
    };
    const { status, body } = await app.call("POST", "/v1/profiles", wish);
    await app.call("PUT", "/v1/profiles/optin", { sms: false, email: false });
    assert.equal(status, 201);
    assert.ok(Object.values(body.optIn).every((optedIn) => !optedIn));
    await staysOut(body.id, ["sms", "whatsApp", "rcs", "email"]);
  });

  it("stay out when they are imported", async () => {
    const rows = [{ phoneNumber, optIn: { sms: true } }];
    const { status } = await app.call("POST", "/v1/profiles/import", { rows, dryRun: false });
    assert.equal(status, 200);
    await staysOut((await find()).id);
  });

  it("stay out when somebody submits a form with them", async () => {
    const { status } = await app.call("POST", `/public/forms/${form}/submissions`, {
      address: phoneNumber,
      wording: 1,
    });
    assert.equal(status, 200);
    await staysOut((await find()).id);
  });

  it("stay out under PUT optin, PATCH and a merge, and when they are given to another profile", async () => {
    const { body: other } = await app.call("POST", "/v1/profiles", { optIn: { sms: true } });
    await app.call("PATCH", `/v1/profiles/${other.id}`, { phoneNumber, optIn: { sms: true } });
    await staysOut(other.id);
    const put = { channels: ["sms"], evidence: {} };
    const { status } = await app.call("PUT", `/v1/profiles/${other.id}/optin`, put);
    assert.equal(status, 409);
    await staysOut(other.id);
    const patched = await app.call("PATCH", `/v1/profiles/${other.id}`, { optIn: { sms: true } });
    assert.deepEqual([patched.status, patched.body.channels], [409, { sms: "forgotten" }]);
    await staysOut(other.id);
    const { body: third } = await app.call("POST", "/v1/profiles", { optIn: { sms: true } });
    await app.call("POST", `/v1/profiles/${third.id}/merge`, { from: other.id });
    await staysOut(third.id);
    await app.call("DELETE", `/v1/profiles/${third.id}`);
    await staysOut(
      (await app.call("POST", "/v1/profiles", { phoneNumber, optIn: { sms: true } })).body.id,
    );
  });

  it("get no message of any kind, asked for an opt-in or not, and the answer says why", async () => {
    for (const requireOptIn of [true, false]) {
      const message = { to: { phoneNumber }, rules: ["sms", "rcs"], body: "Hello", requireOptIn };
      const { status, body } = await app.call("POST", "/v1/messages", message);
      assert.deepEqual([status, body.channels], [422, { sms: "forgotten", rcs: "forgotten" }]);
    }
    const { id } = await find();
    const answer = (await app.call("GET", `/v1/profiles/${id}/can-send?channel=sms`)).body;
    assert.deepEqual([answer.canSend, answer.reason], [false, "forgotten"]);
    const preview = await app.call("POST", "/v1/broadcasts/preview", {
      channel: "sms",
      audience: { addresses: [phoneNumber] },
    });
    assert.deepEqual(preview.body.willNot[0].reason, "forgotten");
  });

  it("get no reply to a message that opts nobody in", async () => {
    const { body } = await inbound("help");
    const [judged] = await app.database.sql`
      select why_not(m.require_opt_in, f.opted_in, f.source, p.phone_number) as reason
      from messages m join profiles p on p.id = m.profile_id join flags f on f.profile_id = p.id
        and f.channel = 'sms'
      where m.id = ${body.reply}`;
    assert.equal(judged?.reason, "forgotten");
  });

  it("are no way in by the person's preferences or an editor's link", async () => {
    const { body: made } = await app.call("POST", "/v1/profiles", { phoneNumber });
    for (const [purpose, path, body] of [
      ["preferences", "preferences", { optIn: { sms: true } }],
      ["editor", "flags", { optIn: { sms: true }, reason: "They want it" }],
    ] as const) {
      const token = (
        await app.call("POST", `/v1/profiles/${made.id}/links`, { for: purpose })
      ).body.url.split("=")[1];
      const answer = await app.call("PUT", `/public/${path}`, body, {
        Authorization: `Bearer ${token}`,
      });
      const { optedIn, changeable, why } = answer.body.items[0];
      assert.deepEqual([optedIn, changeable, why], [false, false, "forgotten"]);
    }
    await staysOut(made.id);
  });

  it("are opened by the person's own message, on its channel alone, and for good", async () => {
    await inbound("Start please");
    const { id } = await find();
    assert.deepEqual(
      [(await flag(id, "sms")).optedIn, (await flag(id, "sms")).source],
      [true, "rule"],
    );
    await staysOut(id, ["whatsApp", "rcs"]);
    assert.equal((await send(["sms"])).status, 201);
    await app.call("DELETE", `/v1/profiles/${id}`);
    const { body: next } = await app.call("POST", "/v1/profiles", {
      phoneNumber,
      optIn: { sms: true },
    });
    assert.equal(next.optIn.sms, true);
  });

  it("are opened by a call that carries the evidence of the person's act", async () => {
    const { body: made } = await app.call("POST", "/v1/profiles", { phoneNumber, email });
    const evidence = { text: "Yes, write to me again.", collectedAt: new Date().toISOString() };
    const { body } = await app.call("PUT", `/v1/profiles/${made.id}/optin`, {
      channels: ["email"],
      evidence,
    });
    assert.deepEqual([body.optIn.email, body.optIn.sms], [true, false]);
    await staysOut(made.id);
  });

  it("are not opened by the same message that a provider hands over again", async () => {
    await inbound("start", { messageId: "before" });
    await app.call("DELETE", `/v1/profiles/${(await find()).id}?forget=true`);
    const { body } = await inbound("start", { messageId: "before" });
    assert.equal(body.from, "");
    assert.equal(await find(), undefined);
    const { body: made } = await app.call("POST", "/v1/profiles", { phoneNumber });
    await inbound("start", { messageId: "before" });
    await staysOut(made.id);
  });

  it("leave a profile's flags as usual when it changes to another address", async () => {
    const { body: made } = await app.call("POST", "/v1/profiles", { phoneNumber });
    const other = phoneNumber.replace("+447700900", "+447700901");
    const { body } = await app.call("PATCH", `/v1/profiles/${made.id}`, {
      phoneNumber: other,
      optIn: { sms: true },
    });
    assert.equal(body.optIn.sms, true);
    await staysOut(
      (await app.call("POST", "/v1/profiles", { phoneNumber, optIn: { sms: true } })).body.id,
    );
  });
});

describe("a person's own link", () => {
  const tokenFor = (id: string, channels?: Channel[]) =>
    makeLink(
      { publicUrl: app.url, secrets: ["a secret for the tests alone"] },
      { profileId: id, for: "preferences", channels },
    ).url.split("token=")[1] as string;
  const use = (method: string, path: string, token: string) =>
    app.call(method, `/public/preferences${path}`, undefined, { Authorization: `Bearer ${token}` });

  it("erases, and is dead from then on", async () => {
    const token = tokenFor(person);
    assert.equal((await use("DELETE", "", token)).status, 204);
    assert.equal((await app.call("GET", `/v1/profiles/${person}`)).status, 404);
    const [event] = (await app.call("GET", `/v1/profiles/${person}/events?limit=1`)).body.items;
    assert.deepEqual([event.source, event.reason], ["preferences", "The person was forgotten."]);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/copy"],
      ["DELETE", ""],
    ] as const) {
      assert.equal((await use(method, path, token)).status, 404);
    }
  });

  it("neither copies nor erases where it is for some channels only", async () => {
    const token = tokenFor(person, ["sms"]);
    assert.deepEqual(
      [(await use("GET", "/copy", token)).status, (await use("DELETE", "", token)).status],
      [403, 403],
    );
    assert.equal((await app.call("GET", `/v1/profiles/${person}`)).status, 200);
  });

  it("gives a copy of all that is held, as a download, and changes nothing", async () => {
    await app.call("POST", `/public/forms/${form}/submissions`, {
      address: phoneNumber,
      wording: 1,
    });
    await inbound("help me");
    await send(["sms"]);
    const events = await app.database.sql`select count(*) from events`;
    const { status, headers, body } = await use("GET", "/copy", tokenFor(person));
    assert.equal(status, 200);
    assert.match(
      headers.get("Content-Disposition") ?? "",
      /^attachment; filename="my-data\.json"$/,
    );
    assert.equal(headers.get("Cache-Control"), "no-store");
    assert.deepEqual(
      [body.profile.phoneNumber, body.profile.email, body.profile.properties.name],
      [phoneNumber, email, "Erna Erased"],
    );
    assert.equal(body.flags.length, 6);
    const { items } = (await app.call("GET", `/v1/profiles/${person}/events`)).body;
    assert.deepEqual(body.events.toReversed(), items);
    assert.ok(
      body.events.some(
        (event: { evidence: { clientAddress?: string } }) => event.evidence?.clientAddress,
      ),
    );
    assert.deepEqual(
      body.inbounds.map(({ body: text }: { body: string }) => text),
      ["help me"],
    );
    assert.deepEqual(
      body.messages.map(({ body: text }: { body: string }) => text),
      ["We are here.", "Hello"],
    );
    assert.deepEqual(body.submissions[0].confirmationMessage, formBody().confirmationMessage);
    assert.deepEqual(await app.database.sql`select count(*) from events`, events);
  });

  it("gives a copy of a long history, with what belonged to a profile that was merged into this one", async () => {
    const { body: other } = await app.call("POST", "/v1/profiles", {});
    await app.database.sql`
      select set_flag(
        p_profile_id => ${other.id}, p_channel => 'sms', p_opted_in => number % 2 = 0,
        p_source => 'api', p_actor => '{}')
      from generate_series(1, 450) number`;
    await app.call("POST", `/v1/profiles/${person}/merge`, { from: other.id });
    const { body } = await use("GET", "/copy", tokenFor(person));
    const own = body.events.filter((event: { profileId: string }) => event.profileId === other.id);
    assert.equal(own.length, 1 + 450);
    assert.equal(new Set(body.events.map(({ id }: { id: string }) => id)).size, body.events.length);
  });

  it("still works when its profile was merged into another, and the other's own link too", async () => {
    const { body: kept } = await app.call("POST", "/v1/profiles", {});
    const tokens = [tokenFor(person), tokenFor(kept.id)];
    await app.call("POST", `/v1/profiles/${kept.id}/merge`, { from: person });
    for (const token of tokens) {
      const { status, body } = await use("GET", "", token);
      assert.equal(status, 200);
      assert.equal(body.items[0].channel, "sms");
    }
    assert.equal((await use("DELETE", "", tokens[0] as string)).status, 204);
    assert.equal((await use("GET", "", tokens[1] as string)).status, 404);
  });
});

it("whoever forgets waits for a call that has begun, and none begins after", async () => {
  const { sql } = app.database;
  await sendMessage(sql, {
    to: { profileId: person },
    rules: ["sms"],
    body: "Hello",
    requireOptIn: false,
  });
  let forgotten = false;
  let forgetting: Promise<unknown> = Promise.resolve();
  await sql.begin(async (tx) => {
    await tx`select from profiles where id = ${person} for share`;
    forgetting = forget().then(() => {
      forgotten = true;
    });
    for (let waiting = 0; waiting === 0; ) {
      const [row] = await sql`
        select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      waiting = row?.waiting;
    }
    assert.equal(forgotten, false);
  });
  await forgetting;
  const [left] = await sql`select status from messages where profile_id = ${person}`;
  assert.equal(left?.status, "cancelled");
});
