import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());

const allOut = {
  sms: false,
  whatsApp: false,
  email: false,
  rcs: false,
  fbMessenger: false,
  appMessaging: false,
};

/** Sets defaults for one test and puts them back. */
async function withDefaults<Result>(
  defaults: Record<string, boolean>,
  work: () => Promise<Result>,
): Promise<Result> {
  await app.call("PUT", "/v1/profiles/optin", defaults);
  try {
    return await work();
  } finally {
    await app.call("PUT", "/v1/profiles/optin", allOut);
  }
}

test("on the first boot every default is out", async () => {
  const { body } = await app.call("GET", "/v1/profiles/optin");
  assert.deepEqual(body, allOut);
});

test("a profile gets an id of 16 characters, whichever door it comes by", async () => {
  const form = (await app.call("POST", "/v1/forms", formBody())).body.id;
  const phoneNumber = "+447700900970";
  await app.call("POST", `/public/forms/${form}/submissions`, { address: phoneNumber, wording: 1 });
  const keyword = { channel: "sms", inbound: "*", keyword: "door", action: "optIn" };
  await app.call("POST", "/v1/rules", keyword);
  const inbound = { channel: "sms", from: "+447700900971", to: "+4915799", body: "door" };
  await app.call("POST", "/v1/messages/inbounds", inbound);
  const message = { to: { email: "door.2@c.de" }, rules: ["email"], requireOptIn: false };
  await app.call("POST", "/v1/messages", { ...message, title: "Hello", body: "Hello" });
  await app.call("POST", "/v1/profiles", { email: "door.3@c.de" });
  await app.call("POST", "/v1/profiles/import", { rows: [{ email: "door.4@c.de" }] });
  const made = await app.database.sql<{ id: string }[]>`
    select id from profiles where phone_number like '+44770090097_' or email like 'door._@c.de'`;
  assert.equal(made.length, 5);
  for (const { id } of made) assert.match(id, /^[0-9a-hjkmnp-tv-z]{16}$/);
});

test("PUT of the defaults sets only the channels that it names", async () => {
  await withDefaults({ sms: true }, async () => {
    const { status, body } = await app.call("PUT", "/v1/profiles/optin", { email: true });
    assert.equal(status, 200);
    assert.deepEqual(body, { ...allOut, sms: true, email: true });
  });
});

test("a new profile starts with the defaults, and one event says so", async () => {
  await withDefaults({ sms: true }, async () => {
    const { status, body } = await app.call("POST", "/v1/profiles", { id: "starts" });
    assert.equal(status, 201);
    assert.deepEqual(body.optIn, { ...allOut, sms: true });
    const events = (await app.call("GET", "/v1/profiles/starts/events")).body.items;
    assert.equal(events.length, 1);
    const [{ channel, from, to, source, began }] = events;
    assert.deepEqual([channel, from, to, source], [null, null, null, "default"]);
    assert.deepEqual(began, { ...allOut, sms: true });
  });
});

test("a changed default leaves existing profiles as they are", async () => {
  await app.call("POST", "/v1/profiles", { id: "before-change" });
  await withDefaults({ sms: true, email: true }, async () => {
    const { body } = await app.call("GET", "/v1/profiles/before-change");
    assert.deepEqual(body.optIn, allOut);
  });
});

test("POST takes optIn, with the reason and the evidence in the event", async () => {
  const evidence = {
    text: "Ticked on paper",
    collectedAt: "2026-01-02T03:04:05Z",
    url: "https://shop.example/join",
  };
  const { body } = await app.call("POST", "/v1/profiles", {
    id: "told",
    optIn: { email: true },
    reason: "Paper form",
    evidence,
  });
  assert.equal(body.optIn.email, true);
  const [event] = (await app.call("GET", "/v1/profiles/told/events?limit=1")).body.items;
  assert.equal(event.source, "api");
  assert.equal(event.reason, "Paper form");
  assert.deepEqual(event.evidence, evidence);
  assert.match(event.actor.key, /^[a-z0-9]+$/);
});

for (const [written, stored] of [
  ["+44 7700 900201", "+447700900201"],
  ["+44 (0)7700 900202", "+447700900202"],
  ["0044 7700-900203", "+447700900203"],
  ["＋４４７７００９００２０４", "+447700900204"],
]) {
  test(`the phone number ${written} is kept as ${stored}`, async () => {
    const { status, body } = await app.call("POST", "/v1/profiles", { phoneNumber: written });
    assert.equal(status, 201);
    assert.equal(body.phoneNumber, stored);
  });
}

for (const written of [
  "07700 900123",
  "12",
  "call +447700900123 now",
  "+4477009001234567890",
  "+44 7700 900123 ext. 5",
]) {
  test(`the phone number ${written} is refused in words that help`, async () => {
    const { status, body } = await app.call("POST", "/v1/profiles", { phoneNumber: written });
    assert.equal(status, 422);
    assert.equal(body.code, "invalid");
    assert.equal(body.issues[0].path, "phoneNumber");
    assert.match(body.issues[0].message, /country code/);
  });
}

for (const [written, stored] of [
  [" Jane@EXAMPLE.com ", "Jane@example.com"],
  ["o'neil@c.ie", "o'neil@c.ie"],
  ["a@xn--bcher-kva.example", "a@xn--bcher-kva.example"],
]) {
  test(`the e-mail address "${written}" is kept as ${stored}`, async () => {
    const { status, body } = await app.call("POST", "/v1/profiles", { email: written });
    assert.equal(status, 201);
    assert.equal(body.email, stored);
  });
}

for (const written of [
  "a@b",
  ".b@c.de",
  "no at sign",
  "x@y.z\r\nBcc: all@c.de",
  `${"a".repeat(65)}@c.de`,
]) {
  test(`the e-mail address ${JSON.stringify(written.slice(0, 30))} is refused`, async () => {
    const { status, body } = await app.call("POST", "/v1/profiles", { email: written });
    assert.equal(status, 422);
    assert.equal(body.issues[0].path, "email");
  });
}

test("two profiles never share an address, however it is written", async () => {
  const { body: first } = await app.call("POST", "/v1/profiles", {
    phoneNumber: "+447700900301",
    email: "same@c.de",
  });
  const phone = await app.call("POST", "/v1/profiles", { phoneNumber: "+44 7700 900301" });
  const email = await app.call("POST", "/v1/profiles", { email: "SAME@C.de" });
  assert.deepEqual([phone.status, phone.body.code], [409, "address_in_use"]);
  assert.deepEqual([email.status, email.body.code], [409, "address_in_use"]);
  assert.match(phone.body.issues[0].message, new RegExp(first.id));
});

test("64 calls that make the same new address at once make one profile", async () => {
  const answers = await Promise.all(
    Array.from({ length: 64 }, () =>
      app.call("POST", "/v1/profiles", { phoneNumber: "+447700900302" }),
    ),
  );
  assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
  assert.equal(answers.filter((answer) => answer.status === 409).length, 63);
});

test("a call that names addresses of two profiles is refused and changes neither", async () => {
  await app.call("POST", "/v1/profiles", { id: "one", phoneNumber: "+447700900303" });
  await app.call("POST", "/v1/profiles", { id: "two", email: "two@c.de" });
  const made = await app.call("POST", "/v1/profiles", {
    phoneNumber: "+447700900303",
    email: "two@c.de",
  });
  assert.deepEqual([made.status, made.body.code], [409, "two_profiles"]);
  const patched = await app.call("PATCH", "/v1/profiles/one", { email: "two@c.de" });
  assert.deepEqual([patched.status, patched.body.code], [409, "address_in_use"]);
  assert.equal((await app.call("GET", "/v1/profiles/one")).body.email, null);
});

test("the ids that clients give are kept to their alphabet, and optin is reserved", async () => {
  for (const id of ["", "a b", "ä", "a/b", "x".repeat(65), "optin", ".", ".."]) {
    assert.equal((await app.call("POST", "/v1/profiles", { id })).status, 422, id);
  }
  assert.equal((await app.call("POST", "/v1/profiles", { id: "Az09._@-" })).status, 201);
  assert.equal((await app.call("POST", "/v1/profiles", { id: "Az09._@-" })).body.code, "id_in_use");
});

test("profiles are found by phone number, e-mail address and beginnings", async () => {
  const { body: made } = await app.call("POST", "/v1/profiles", {
    id: "Findable",
    phoneNumber: "+447700900310",
    email: "Find.Me@c.de",
  });
  for (const query of [
    "phoneNumber=%2B44%207700%20900310",
    "phoneNumber=+447700900310",
    "email=find.me@C.de",
    "search=Finda",
    "search=find.m",
    "search=%2B44 7700 900310",
    "search=4477009003 10",
  ]) {
    const { body } = await app.call("GET", `/v1/profiles?${query}`);
    assert.deepEqual(body.items, [made], query);
  }
});

test("what is typed into the search is text and never a pattern", async () => {
  for (const search of ["%25", "_", "\\", "'; drop table profiles; --"]) {
    const { status, body } = await app.call("GET", `/v1/profiles?search=${search}`);
    assert.equal(status, 200);
    assert.deepEqual(body.items, []);
  }
});

test("pages of a list hold every profile once", async () => {
  const seen: string[] = [];
  let cursor = "";
  do {
    const { body } = await app.call("GET", `/v1/profiles?limit=7${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map((profile: { id: string }) => profile.id));
    cursor = body.nextCursor;
  } while (cursor);
  const [row] = await app.database.sql`select count(*)::int from profiles`;
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(seen.length, row?.count);
});

test("PATCH is a JSON merge patch: it merges, replaces, and null removes", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "patched",
    email: "p@c.de",
    properties: { a: 1, b: { c: 2, d: 3 } },
  });
  const { body } = await app.call("PATCH", "/v1/profiles/patched", {
    email: null,
    properties: { a: null, b: { c: 4 }, e: [5] },
  });
  assert.equal(body.email, null);
  assert.deepEqual(body.properties, { b: { c: 4, d: 3 }, e: [5] });
});

test("an address that changes hands opts its channels out, and says why", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "hands",
    phoneNumber: "+447700900320",
    email: "h@c.de",
    optIn: { sms: true, rcs: true, email: true },
  });
  const { body } = await app.call("PATCH", "/v1/profiles/hands", { phoneNumber: "+447700900321" });
  assert.deepEqual(body.optIn, { ...allOut, email: true });
  const [event] = (await app.call("GET", "/v1/profiles/hands/events?limit=1")).body.items;
  assert.equal(event.reason, "The address changed hands.");
});

test("an address that is removed opts its channels out, and says why", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "removed",
    phoneNumber: "+447700900398",
    email: "r@c.de",
    optIn: { sms: true, email: true },
  });
  const { body } = await app.call("PATCH", "/v1/profiles/removed", { email: null });
  assert.deepEqual(body.optIn, { ...allOut, sms: true });
  const [event] = (await app.call("GET", "/v1/profiles/removed/events?limit=1")).body.items;
  assert.equal(event.reason, "The address was removed.");
});

test("the call that changes an address may say otherwise, and that is an event of its own", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "otherwise",
    phoneNumber: "+447700900322",
    optIn: { sms: true, whatsApp: true },
  });
  const { body } = await app.call("PATCH", "/v1/profiles/otherwise", {
    phoneNumber: "+447700900323",
    optIn: { sms: true },
  });
  assert.deepEqual(body.optIn, { ...allOut, sms: true });
  const events = (await app.call("GET", "/v1/profiles/otherwise/events")).body.items;
  assert.deepEqual(
    events
      .filter((event: { channel: string }) => event.channel === "sms")
      .map((event: { to: boolean }) => event.to),
    [true, false, true],
  );
});

test("an address that was opted out and given up stays opted out where it turns up next", async () => {
  await app.call("POST", "/v1/profiles", { id: "gives-up", phoneNumber: "+447700900325" });
  await app.call("DELETE", "/v1/profiles/gives-up/optin?channel=sms");
  await app.call("PATCH", "/v1/profiles/gives-up", { phoneNumber: null });
  await app.call("POST", "/v1/profiles", { id: "takes-over", optIn: { sms: true } });
  const { body } = await app.call("PATCH", "/v1/profiles/takes-over", {
    phoneNumber: "+447700900325",
  });
  assert.equal(body.optIn.sms, false);
});

test("DELETE keeps the opt-outs in force for whoever has the address next, and forgets the address", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "gone",
    phoneNumber: "+447700900330",
    email: "gone@c.de",
  });
  await app.call("DELETE", "/v1/profiles/gone/optin?channel=sms");
  assert.equal((await app.call("DELETE", "/v1/profiles/gone")).status, 204);
  assert.equal((await app.call("GET", "/v1/profiles/gone")).status, 404);
  const [kept] = await app.database
    .sql`select string_agg(k::text, ' ') as rows from kept_opt_outs k`;
  assert.doesNotMatch(kept?.rows, /900330|gone@/);
  await withDefaults({ sms: true, rcs: true, email: true }, async () => {
    const { body } = await app.call("POST", "/v1/profiles", {
      id: "next",
      phoneNumber: "+447700900330",
      email: "gone@c.de",
    });
    assert.deepEqual(body.optIn, { ...allOut, rcs: true, email: true });
  });
  const events = (await app.call("GET", "/v1/profiles/next/events")).body.items;
  const sms = events.find((event: { channel: string }) => event.channel === "sms");
  assert.deepEqual(
    [sms.to, sms.source, sms.reason],
    [false, "api", "This address had opted out before."],
  );
});

test("the history of a deleted profile can still be read", async () => {
  await app.call("POST", "/v1/profiles", { id: "history" });
  await app.call("DELETE", "/v1/profiles/history");
  assert.equal((await app.call("GET", "/v1/profiles/history/events")).body.items.length, 1);
});

test("a merge moves addresses and properties, and an opt-out of either wins", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "kept",
    phoneNumber: "+447700900340",
    properties: { name: "K" },
    optIn: { sms: true, email: true },
  });
  await app.call("POST", "/v1/profiles", {
    id: "joined",
    email: "joined@c.de",
    properties: { name: "J", city: "Bonn" },
    optIn: { appMessaging: true },
  });
  await app.call("DELETE", "/v1/profiles/joined/optin?channel=email");
  const { status, body } = await app.call("POST", "/v1/profiles/kept/merge", { from: "joined" });
  assert.equal(status, 200);
  assert.equal(body.email, "joined@c.de");
  assert.deepEqual(body.properties, { name: "K", city: "Bonn" });
  assert.deepEqual(body.optIn, { ...allOut, sms: true, appMessaging: true });
  assert.equal((await app.call("GET", "/v1/profiles/joined")).status, 404);
});

test("a merge of two that both have a phone number is refused and changes nothing", async () => {
  await app.call("POST", "/v1/profiles", { id: "phone-a", phoneNumber: "+447700900341" });
  await app.call("POST", "/v1/profiles", { id: "phone-b", phoneNumber: "+447700900342" });
  const { status, body } = await app.call("POST", "/v1/profiles/phone-a/merge", {
    from: "phone-b",
  });
  assert.deepEqual([status, body.code, body.issues[0].path], [409, "two_profiles", "phoneNumber"]);
  assert.equal((await app.call("GET", "/v1/profiles/phone-b")).body.phoneNumber, "+447700900342");
});

test("another case of the same e-mail address is no other hands", async () => {
  await app.call("POST", "/v1/profiles", {
    id: "case",
    email: "case@c.de",
    optIn: { email: true },
  });
  const { body } = await app.call("PATCH", "/v1/profiles/case", { email: "Case@c.de" });
  assert.deepEqual([body.email, body.optIn.email], ["Case@c.de", true]);
});

test("a merge carries the carrier's opt-out along, and a change of number leaves it behind", async () => {
  await app.call("POST", "/v1/profiles", { id: "blocked", phoneNumber: "+447700900350" });
  await app.database.sql`select set_flag(
    p_profile_id => 'blocked', p_channel => 'sms', p_opted_in => false, p_source => 'carrier',
    p_actor => '{}')`;
  await app.call("POST", "/v1/profiles", {
    id: "joins",
    email: "joins@c.de",
    optIn: { sms: false },
  });
  await app.call("POST", "/v1/profiles/joins/merge", { from: "blocked" });
  const source = async () =>
    (await app.call("GET", "/v1/profiles/joins/optin")).body.items[0].source;
  assert.equal(await source(), "carrier");
  await app.call("PATCH", "/v1/profiles/joins", { phoneNumber: "+447700900351" });
  assert.equal(await source(), "api");
});

test("after a merge the event names the profile that was merged and what had set its flag", async () => {
  const { body: form } = await app.call("POST", "/v1/forms", formBody());
  await app.call("POST", `/public/forms/${form.id}/submissions`, {
    address: "07700 900352",
    wording: 1,
  });
  const [from] = (await app.call("GET", "/v1/profiles?phoneNumber=%2B447700900352")).body.items;
  await app.call("POST", "/v1/profiles", { id: "proof", email: "proof@c.de" });
  await app.call("POST", "/v1/profiles/proof/merge", { from: from.id, reason: "Same person" });
  const [event] = (await app.call("GET", "/v1/profiles/proof/events?limit=1")).body.items;
  assert.deepEqual(
    [
      event.channel,
      event.to,
      event.reason,
      event.actor.merged,
      event.actor.form,
      event.actor.wording,
    ],
    ["sms", true, "Same person", from.id, form.id, 1],
  );
});

test("a search for letters finds no phone numbers by the digits among them", async () => {
  await app.call("POST", "/v1/profiles", { id: "stranger", phoneNumber: "+447700900353" });
  assert.deepEqual((await app.call("GET", "/v1/profiles?search=user44")).body.items, []);
});

test("a number between invisible marks of direction is that number", async () => {
  const { body } = await app.call("POST", "/v1/profiles", {
    phoneNumber: "\u202a+44 7700 900354\u202c",
  });
  assert.equal(body.phoneNumber, "+447700900354");
});

test("an e-mail address with a plus is found as it stands in a query", async () => {
  await app.call("POST", "/v1/profiles", { id: "plus", email: "jane+x@c.de" });
  assert.equal((await app.call("GET", "/v1/profiles?email=jane+x@c.de")).body.items[0].id, "plus");
});

test("properties keep every name, also those that JavaScript knows", async () => {
  const properties = JSON.parse(
    '{"constructor": "y", "prototype": "z", "__proto__": "x", "toString": "w"}',
  );
  const made = await app.call("POST", "/v1/profiles", { id: "names", properties });
  assert.deepEqual(Object.entries(made.body.properties).sort(), Object.entries(properties).sort());
});
