// Messages and what a new system does with them, asked of the rules that it begins with.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addFirstWords } from "../../../server/rules/first-words.ts";
import { answeredChannel } from "../../../server/schemas/rules.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";

let app: TestApp;
before(async () => {
  app = await testApp();
  await addFirstWords(app.database.sql);
});
after(() => app.end());

const tested = async (body: string, channel = "sms") =>
  (await app.call("POST", "/v1/rules/test", { channel, to: "12345", body })).body;

test("a new system has the words of every language on each channel that people answer", async () => {
  const rows = await app.database.sql`
    select channel, preset, count(*)::int as words from rules group by channel, preset`;
  for (const channel of answeredChannel.options) {
    for (const [preset, least] of [
      ["stop", 200],
      ["start", 80],
      ["help", 12],
    ] as const) {
      const found = rows.find((row) => row.channel === channel && row.preset === preset);
      assert.ok(found?.words >= least, `${channel} ${preset} ${found?.words}`);
    }
  }
});

test("the number of words that opt out is told for each of these channels", async () => {
  const { body } = await app.call("GET", "/v1/rules/opt-out-words");
  assert.ok(body.sms > 200 && body.whatsApp === body.sms && body.rcs === body.sms);
});

test("the first words are added once, however many servers boot", async () => {
  const count = async () =>
    (await app.database.sql`select count(*)::int as count from rules`)[0]?.count;
  const before = await count();
  await app.database.sql`delete from rules where channel = 'rcs' and keyword = 'stop'`;
  await Promise.all([addFirstWords(app.database.sql), addFirstWords(app.database.sql)]);
  assert.equal(await count(), before - 1);
  await app.database.sql`update settings set value = 'due' where name = 'first_words'`;
  await Promise.all([addFirstWords(app.database.sql), addFirstWords(app.database.sql)]);
  assert.equal(await count(), before);
});

type Case = { body: string; expected: string | string[] | null };
const words = readCases<{ cases: (Case & { language: string })[] }>("words").cases;
for (const { language, body, expected } of words) {
  test(`${language}: ${JSON.stringify(body)} is ${[expected].flat().join(" or ")}`, async () => {
    const { verdict, why } = await tested(body);
    assert.ok([expected].flat().includes(verdict), `${verdict}: ${why}`);
  });
}

const keywords = readCases<{ cases: Case[] }>("keywords").cases;
for (const { body, expected } of keywords) {
  test(`${JSON.stringify(body)} is ${expected ?? "none"}`, async () => {
    const { winner, verdict } = await tested(body);
    if (expected === "review") assert.equal(verdict, "likely");
    else assert.equal(winner?.action ?? null, expected);
  });
}

const greek = readCases<{ cases: (Case & { keyword: string })[] }>("keywords-greek-gsm7");
for (const { keyword, body, expected } of greek.cases) {
  test(`${keyword} is heard as phones send it: ${body}`, async () => {
    const rule = { channel: "fbMessenger", keyword, action: "optOut" };
    await app.call("POST", "/v1/rules", rule);
    assert.equal((await tested(body, "fbMessenger")).winner?.action, expected);
    const help = { channel: "rcs", keyword: "ΝΑΙ", action: "optIn" };
    await app.call("POST", "/v1/rules", help);
    for (const nai of ["NAI", "ΝAI", "ναι"])
      assert.equal((await tested(nai, "rcs")).winner?.action, "optIn", nai);
  });
}

test("help is answered in the language of the word", async () => {
  assert.match((await tested("HILFE")).winner.reply, /STOPP/);
  assert.match((await tested("Help!")).winner.reply, /Reply STOP/);
  assert.equal((await tested("Help is on its way")).winner, null);
});
