// Keyword rules: made, tried, listed with their conflicts.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
});
after(() => app.end());
afterEach(() => app.database.sql`delete from rules`);

const make = (body: Record<string, unknown>) =>
  app.call("POST", "/v1/rules", { channel: "sms", ...body });
const made = async (body: Record<string, unknown>) => (await make(body)).body;
const winnerOf = async (body: string, to = "12345") =>
  (await app.call("POST", "/v1/rules/test", { channel: "sms", to, body })).body;

test("a rule is answered as it was made, with the keyword as messages are compared with it", async () => {
  const { status, body } = await make({
    keyword: " Arrêt! ",
    action: "optOut",
    reply: "Au revoir",
  });
  assert.equal(status, 201);
  const { id, createdAt, updatedAt, ...rest } = body;
  assert.deepEqual(rest, {
    channel: "sms",
    inbound: "*",
    keyword: "Arrêt!",
    folded: "arret",
    matches: "beginning",
    action: "optOut",
    reply: "Au revoir",
    active: true,
    preset: null,
    conflicts: [],
  });
  assert.deepEqual((await app.call("GET", `/v1/rules/${id}`)).body, body);
});

test("PUT replaces a rule, and the next message finds the new one", async () => {
  const { id } = await made({ keyword: "stop", action: "optOut" });
  const body = { channel: "sms", keyword: "halt", action: "optOut" };
  assert.equal((await app.call("PUT", `/v1/rules/${id}`, body)).body.folded, "halt");
  assert.equal((await winnerOf("stop")).winner, null);
  assert.equal((await winnerOf("halt")).winner.id, id);
});

test("DELETE ends a rule", async () => {
  const { id } = await made({ keyword: "stop", action: "optOut" });
  assert.equal((await app.call("DELETE", `/v1/rules/${id}`)).status, 204);
  assert.equal((await winnerOf("stop")).winner, null);
  for (const method of ["GET", "DELETE"])
    assert.equal((await app.call(method, `/v1/rules/${id}`)).status, 404);
});

test("an inactive rule never acts", async () => {
  await made({ keyword: "stop", action: "optOut", active: false });
  assert.deepEqual((await winnerOf("stop")).matches, []);
});

test("a second rule for the same channel, inbound address and keyword is refused, and says which is the first", async () => {
  const { id } = await made({ keyword: "Stop all", action: "optOut", inbound: "+44 7700 900001" });
  const second = await make({ keyword: "STOP-ALL", action: "optIn", inbound: "+447700900001" });
  assert.equal(second.status, 409);
  assert.equal(second.body.code, "rule_exists");
  assert.match(second.body.detail, /a rule for this keyword .* Edit that rule, or choose another/);
  const message = `There is a rule for "Stop all" already: it opts out (rule ${id}). Edit that rule, or choose another keyword.`;
  assert.deepEqual(second.body.issues, [{ path: "keyword", message }]);
  assert.equal((await make({ keyword: "stop all", action: "optIn" })).status, 201);
  assert.equal(
    (await make({ keyword: "stop all", action: "optIn", channel: "whatsApp" })).status,
    201,
  );
});

test("PUT refuses to make two rules of the same keyword", async () => {
  const first = await made({ keyword: "stop", action: "optOut" });
  const second = await made({ keyword: "halt", action: "optOut" });
  const body = { channel: "sms", keyword: "STOP", action: "optOut" };
  const refused = await app.call("PUT", `/v1/rules/${second.id}`, body);
  assert.equal(refused.body.code, "rule_exists");
  assert.match(refused.body.issues[0].message, new RegExp(`"stop" .* opts out .*${first.id}`));
});

test("the rule that is there already is told with what it does, also while it is paused", async () => {
  await made({ keyword: "Arrêt", action: "reply", reply: "Hi", active: false });
  const { body } = await make({ keyword: "ARRET!", action: "optOut" });
  const [{ message }] = body.issues;
  assert.match(message, /a rule for "Arrêt" .* it only replies and is paused \(rule /);
});

test("two calls at once make one rule", async () => {
  const answers = await Promise.all(
    Array.from({ length: 16 }, () => make({ keyword: "stop", action: "optOut" })),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ body }) => body.code === "rule_exists").length, 15);
});

for (const [what, body] of Object.entries({
  "a keyword of punctuation alone": { keyword: "!!!", action: "optOut" },
  "an empty keyword": { keyword: " ", action: "optOut" },
  "a keyword of 61 characters": { keyword: "x".repeat(61), action: "optOut" },
  "a keyword that is too long when folded": { keyword: "\ufdfa".repeat(20), action: "optOut" },
  "a keyword with NUL": { keyword: "st\0op", action: "optOut" },
  "an unknown action": { keyword: "stop", action: "delete" },
  "a reply rule without a reply": { keyword: "help", action: "reply" },
  "an inbound address that is no number": { keyword: "stop", action: "optOut", inbound: "+12" },
  "an inbound number without its country": {
    keyword: "stop",
    action: "optOut",
    inbound: "07700 900123",
  },
  "an inbound address of two lines": { keyword: "stop", action: "optOut", inbound: "a\nb" },
  "a field that nobody knows": { keyword: "stop", action: "optOut", regex: ".*" },
})) {
  test(`${what} is refused with a path`, async () => {
    const { status, body: problem } = await make(body);
    assert.equal(status, 422, JSON.stringify(problem));
    assert.equal(typeof problem.issues[0].path, "string");
  });
}

test("inbound addresses may be numbers in any spelling, short codes, letters and page ids", async () => {
  const inboundOf = async (channel: string, inbound: string) =>
    (await make({ channel, keyword: "x", action: "optOut", inbound })).body.inbound;
  assert.equal(await inboundOf("sms", "+44 (0)7700 900 001"), "+447700900001");
  assert.equal(await inboundOf("sms", "123-45"), "12345");
  assert.equal(await inboundOf("sms", "MyShop"), "myshop");
  assert.equal(await inboundOf("email", "Stop@Shop.Example"), "stop@shop.example");
  assert.equal(await inboundOf("fbMessenger", "1029384756"), "1029384756");
});

test("a keyword that looks like a pattern is text", async () => {
  await made({ keyword: "a.*(b|c)+$", action: "optOut" });
  assert.equal((await winnerOf("axxb")).winner, null);
  assert.equal((await winnerOf("A.*(b|c")).winner?.keyword, "a.*(b|c)+$");
});

test("the longest keyword wins", async () => {
  await made({ keyword: "stop", action: "optOut", inbound: "12345" });
  const { id } = await made({ keyword: "stop all", action: "optIn" });
  const { winner, why, matches } = await winnerOf("Stop-all now");
  assert.equal(winner.id, id);
  assert.equal(matches.length, 2);
  assert.equal(why, 'The message begins with "stop all", which is longer than "stop".');
});

test("a named inbound address wins over any", async () => {
  const any = await made({ keyword: "stop", action: "optOut" });
  const named = await made({ keyword: "stop", action: "optIn", inbound: "12345" });
  assert.equal((await winnerOf("stop", "12345")).winner.id, named.id);
  assert.match(
    (await winnerOf("stop", "12345")).why,
    /one inbound address goes before a rule for any/,
  );
  assert.equal((await winnerOf("stop", "54321")).winner.id, any.id);
});

test("between keywords of the same length optOut wins over optIn, and optIn over reply", async () => {
  await made({ keyword: "👍 ok", action: "reply", reply: "Thanks" });
  await made({ keyword: "ok me", action: "optIn" });
  assert.equal((await winnerOf("👍 ok me")).winner.action, "optIn");
  await app.database.sql`update rules set action = 'optOut' where keyword = '👍 ok'`;
  const { winner, why } = await winnerOf("👍 ok me");
  assert.equal(winner.action, "optOut");
  assert.match(why, /optOut goes before optIn/);
});

test("a test of the rules changes nothing", async () => {
  await app.call("POST", "/v1/rules/presets", { channel: "sms", preset: "stop", reply: "Bye" });
  const counts = () => app.database.sql`
    select (select count(*) from events), (select count(*) from profiles),
      (select count(*) from inbounds),
      (select count(*) from messages)`;
  const before = await counts();
  assert.equal((await winnerOf("STOP")).winner.keyword, "stop");
  assert.deepEqual(await counts(), before);
});

test("a test shows the text as it is compared, and the reason why no rule acts", async () => {
  assert.deepEqual(await winnerOf(" Ｈｅｌｌｏ—Wörld! "), {
    text: "hello world!",
    matches: [],
    winner: null,
    verdict: "none",
    why: "No rule matches the message.",
    likely: null,
  });
});

test("a preset adds its words once, and skips those that are there in any spelling", async () => {
  const own = await made({ keyword: "QUIT", action: "optIn" });
  const add = () =>
    app.call("POST", "/v1/rules/presets", { channel: "sms", preset: "stop", reply: "Bye" });
  const first = await add();
  assert.equal(first.status, 201);
  const words = first.body.added.map(({ keyword }: { keyword: string }) => keyword);
  assert.deepEqual(words.slice(0, 6), [
    "stop",
    "stopall",
    "unsubscribe",
    "unsub",
    "optout",
    "stop all",
  ]);
  for (const word of ["arrêt", "baja", "abmelden", "停止", "توقف", "стоп"])
    assert.ok(words.includes(word), word);
  assert.ok(
    first.body.added.every(
      ({ action, reply, preset }: Record<string, string>) =>
        action === "optOut" && reply === "Bye" && preset === "stop",
    ),
  );
  assert.deepEqual(
    first.body.skipped.map(({ keyword, rule }: Record<string, string>) => [keyword, rule]),
    [["quit", own.id]],
  );
  assert.deepEqual((await add()).body.added, []);
});

test("the words of a preset are listed in their order, the best known first", async () => {
  await app.call("POST", "/v1/rules/presets", { channel: "sms", preset: "start" });
  const { body } = await app.call("GET", "/v1/rules");
  assert.deepEqual(
    body.items.slice(0, 5).map(({ keyword }: { keyword: string }) => keyword),
    ["start", "unstop", "resubscribe", "subscribe", "join"],
  );
});

test("the start preset opts in, the help preset replies and needs the reply", async () => {
  const { body } = await app.call("POST", "/v1/rules/presets", {
    channel: "sms",
    preset: "start",
    inbound: "12345",
  });
  assert.deepEqual(
    body.added
      .slice(0, 2)
      .map((rule: Record<string, string>) => [rule.keyword, rule.action, rule.inbound]),
    ["start", "unstop"].map((keyword) => [keyword, "optIn", "12345"]),
  );
  const help = { channel: "sms", preset: "help" };
  assert.equal((await app.call("POST", "/v1/rules/presets", help)).body.issues[0].path, "reply");
  const helped = await app.call("POST", "/v1/rules/presets", { ...help, reply: "Call 123." });
  assert.deepEqual(
    helped.body.added
      .slice(0, 2)
      .map((rule: Record<string, string>) => [rule.keyword, rule.action]),
    [
      ["help", "reply"],
      ["info", "reply"],
    ],
  );
});

test("yes and no are in no preset", async () => {
  for (const preset of ["stop", "start", "help"]) {
    await app.call("POST", "/v1/rules/presets", { channel: "sms", preset, reply: "x" });
  }
  for (const word of ["yes", "no", "YES!", "No."])
    assert.equal((await winnerOf(word)).winner, null, word);
});

test("the list says which rule never wins where another is for the address, and which overlap with opposite actions", async () => {
  const any = await made({ keyword: "stop", action: "optOut" });
  const named = await made({ keyword: "STOP", action: "optOut", inbound: "12345" });
  const longer = await made({ keyword: "stop it", action: "optIn" });
  await made({ keyword: "stopwatch", action: "optIn" });
  await made({ keyword: "stop me", action: "optIn", active: false });
  await made({ keyword: "stop you", action: "optIn", channel: "whatsApp" });
  const { body } = await app.call("GET", "/v1/rules");
  const kinds = Object.fromEntries(
    body.items.map((rule: { keyword: string; conflicts: { rule: string; kind: string }[] }) => [
      rule.keyword,
      rule.conflicts.map(({ rule: other, kind }) => `${kind} ${other}`).sort(),
    ]),
  );
  assert.deepEqual(kinds, {
    stop: [`neverWins ${named.id}`, `opposite ${longer.id}`].sort(),
    STOP: [`opposite ${longer.id}`],
    "stop it": [`opposite ${any.id}`, `opposite ${named.id}`].sort(),
    stopwatch: [],
    "stop me": [],
    "stop you": [],
  });
});

test("opposite rules for the same keyword say which one wins", async () => {
  await made({ keyword: "go", action: "optOut" });
  const named = await made({ keyword: "go", action: "optIn", inbound: "12345" });
  assert.match(named.conflicts[0].detail, /"go" \(optIn\) wins/);
});

test("the list is paged, and can be of one channel", async () => {
  for (const keyword of ["a", "b", "c"]) await made({ keyword, action: "optOut" });
  await made({ keyword: "d", action: "optOut", channel: "rcs" });
  const first = (await app.call("GET", "/v1/rules?limit=2&channel=sms")).body;
  const second = (await app.call("GET", `/v1/rules?limit=2&channel=sms&cursor=${first.nextCursor}`))
    .body;
  assert.deepEqual(
    [...first.items, ...second.items].map(({ keyword }: { keyword: string }) => keyword),
    ["c", "b", "a"],
  );
  assert.equal(second.nextCursor, null);
});

test("a reply that comes with a preset is for its words that have none of their own", async () => {
  const place = { channel: "sms", preset: "stop" };
  await app.call("POST", "/v1/rules/presets", place);
  const { winner } = await winnerOf("quit");
  const own = { channel: "sms", keyword: "quit", action: "optOut", reply: "You quit." };
  await app.call("PUT", `/v1/rules/${winner.id}`, own);
  await app.call("POST", "/v1/rules/presets", { ...place, reply: "Bye" });
  assert.equal((await winnerOf("STOP")).winner.reply, "Bye");
  assert.equal((await winnerOf("quit")).winner.reply, "You quit.");
});

test("PUT keeps what a rule matches where it does not say", async () => {
  const { id } = await made({ keyword: "end", action: "optOut", matches: "whole" });
  const body = { channel: "sms", keyword: "END", action: "optOut" };
  assert.equal((await app.call("PUT", `/v1/rules/${id}`, body)).body.matches, "whole");
  const wide = { ...body, matches: "beginning" };
  assert.equal((await app.call("PUT", `/v1/rules/${id}`, wide)).body.matches, "beginning");
});

for (const [written, acts] of [
  ["YES!!!", true],
  ["yes please", true],
  ["Yes, thank you 🙏", true],
  ["yes yes YES", true],
  ["<p>Yes</p>", true],
  ["Re: yes", true],
  ["Yes\nSent from my iPhone", true],
  ["yes I am coming at 5", false],
  ["yesterday", false],
  ["oh yes", false],
] as const) {
  test(`a rule for the whole message ${acts ? "acts" : "does not act"} on ${JSON.stringify(written)}`, async () => {
    const { id } = await made({ keyword: "yes", action: "optIn", matches: "whole" });
    assert.equal((await winnerOf(written)).winner?.id ?? null, acts ? id : null);
  });
}

test("a rule for the whole message takes words without spaces, emoji, and its own politeness", async () => {
  for (const keyword of ["はい", "👍", "please come", "24/7", "thanks"])
    await made({ keyword, action: "reply", reply: "Hi", matches: "whole" });
  for (const [written, keyword] of [
    ["はい、お願いします", "はい"],
    ["👍👍", "👍"],
    ["Please come!", "please come"],
    ["24/7, please", "24/7"],
    ["Thanks!", "thanks"],
  ]) {
    assert.equal((await winnerOf(written as string)).winner?.keyword, keyword, written);
  }
});

test("an opt-out in a message goes before an opt-in, whatever comes first", async () => {
  await made({ keyword: "start", action: "optIn" });
  await made({ keyword: "stop", action: "optOut" });
  for (const written of ["START STOP", "Start? No: stop!", "start stop start"])
    assert.equal((await winnerOf(written)).winner?.action, "optOut", written);
});

test("a message that may well be an opt-out opts nobody in", async () => {
  await made({ keyword: "start", action: "optIn" });
  const { winner, verdict, likely } = await winnerOf("Start? I am not interested.");
  assert.deepEqual([winner, verdict], [null, "likely"]);
  assert.equal(likely, 'It says "not interested".');
});

test("where no rule opts out, a clear opt-out is a likely one", async () => {
  const { verdict, why } = await winnerOf("Please stop texting me");
  assert.equal(verdict, "likely");
  assert.equal(why, 'It says "stop texting me", and no rule opts out.');
});

test("a rule for phrases opts out, says by which, and does nothing else", async () => {
  const phrases = { keyword: "Phrases", action: "optOut", matches: "meaning" };
  const { id } = await made(phrases);
  const { winner, why } = await winnerOf("Please stop texting me");
  assert.equal(winner.id, id);
  assert.equal(why, 'The message opts out, because it says "stop texting me".');
  assert.equal((await winnerOf("See you at 5")).winner, null);
  assert.equal((await make(phrases)).body.code, "rule_exists");
  assert.equal((await make({ ...phrases, action: "optIn" })).body.issues[0].path, "matches");
  const body = { channel: "sms", keyword: "Plain words", action: "optOut" };
  assert.equal((await app.call("PUT", `/v1/rules/${id}`, body)).body.matches, "meaning");
});

test("the words of a preset are paused, answered and deleted together", async () => {
  const place = { channel: "sms", preset: "start" };
  await app.call("POST", "/v1/rules/presets", place);
  const paused = await app.call("PATCH", "/v1/rules/presets", { ...place, active: false });
  assert.ok(paused.body.changed > 50);
  assert.equal((await winnerOf("start")).winner, null);
  await app.call("PATCH", "/v1/rules/presets", { ...place, active: true, reply: "Welcome" });
  assert.equal((await winnerOf("start")).winner.reply, "Welcome");
  const { body } = await app.call("DELETE", "/v1/rules/presets?channel=sms&preset=start");
  assert.equal(body.deleted.length, paused.body.changed);
  assert.equal((await winnerOf("start")).winner, null);
  assert.equal((await app.call("PATCH", "/v1/rules/presets", place)).status, 404);
  const some = await app.call("POST", "/v1/rules/presets", { ...place, keywords: ["start"] });
  assert.equal(some.body.added.length, 1);
});

test("rules are for keys with their scopes", async () => {
  const reader = await app.keyWith("rules:read");
  const body = { channel: "sms", keyword: "stop", action: "optOut" };
  assert.equal((await app.call("GET", "/v1/rules", undefined, reader)).status, 200);
  assert.equal((await app.call("POST", "/v1/rules", body, reader)).status, 403);
});
