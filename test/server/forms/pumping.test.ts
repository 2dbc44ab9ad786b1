// Many clients that have codes sent to numbers that somebody earns from: budgets that apply to all
// of them together.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Budgets, Limits } from "../../../server/forms/submissions.ts";
import { type Answer, formBody, type TestApp, testApp } from "../../support/app.ts";

const none: Limits = { client: 0, address: 0, confirmations: 0 };
let clients = 0;

/** Runs with an app of its own, which has no other limits than these budgets. */
async function withBudgets(
  budgets: Partial<Budgets>,
  run: (app: TestApp) => Promise<void>,
): Promise<void> {
  const app = await testApp({
    limits: { ...none, budgets: { country: 0, prefix: 0, unconfirmed: 0, ...budgets } },
    trustedProxies: ["127.0.0.1/32", "::1/128"],
  });
  try {
    await run(app);
  } finally {
    await app.end();
  }
}

const makeForm = async (app: TestApp, over: Record<string, unknown> = {}) =>
  (await app.call("POST", "/v1/forms", formBody({ confirm: "double", countries: [], ...over })))
    .body;

/** From a client that never called before. */
const submit = (app: TestApp, form: { id: string }, address: string) =>
  app.call(
    "POST",
    `/public/forms/${form.id}/submissions`,
    { address },
    {
      "X-Forwarded-For": `198.51.${Math.floor(++clients / 250)}.${clients % 250}`,
    },
  );
const plain = ({ status, body, headers }: Answer) => ({
  status,
  body,
  headers: [...headers.keys()].filter((name) => name !== "date").sort(),
});
const sentTo = async ({ database }: TestApp): Promise<string[]> =>
  (await database.sql`select address from messages order by id`).map(({ address }) => address);

test("800 submissions of as many clients send no more codes to one prefix than its budget, and all answers are alike", async () => {
  await withBudgets({ prefix: 10 }, async (app) => {
    const forms = [
      await makeForm(app),
      await makeForm(app),
      await makeForm(app, { channel: "rcs" }),
    ];
    const answers: Answer[] = [];
    for (let start = 0; start < 800; start += 50) {
      const batch = Array.from({ length: 50 }, (_, n) =>
        submit(app, forms[n % 3], `+2637712${String(start + n).padStart(5, "0")}`),
      );
      answers.push(...(await Promise.all(batch)));
    }
    assert.equal((await sentTo(app)).length, 10);
    assert.equal(new Set(answers.map((answer) => JSON.stringify(plain(answer)))).size, 1);
    // The next block of numbers has a budget of its own.
    await submit(app, forms[0], "+263771300001");
    assert.equal((await sentTo(app)).length, 11);
  });
});

test("a country's budget applies to all its prefixes, and other countries continue", async () => {
  await withBudgets({ country: 3 }, async (app) => {
    const form = await makeForm(app);
    for (let n = 0; n < 8; n++) await submit(app, form, `+26377${n}300001`);
    assert.equal((await sentTo(app)).length, 3);
    // Jersey has the calling code of Great Britain, and budgets of its own.
    for (const address of ["+4915123456789", "+447797712345", "+447700900123"])
      await submit(app, form, address);
    assert.deepEqual((await sentTo(app)).slice(3), [
      "+4915123456789",
      "+447797712345",
      "+447700900123",
    ]);
  });
});

test("after an hour a budget is available again", async () => {
  await withBudgets({ country: 1, prefix: 1 }, async (app) => {
    const form = await makeForm(app);
    const later = (seconds: number) =>
      app.database.sql`update limits set ends_at = ends_at - make_interval(secs => ${seconds})`;
    await submit(app, form, "+447700900101");
    await later(3590);
    await submit(app, form, "+447700900102");
    assert.deepEqual(await sentTo(app), ["+447700900101"]);
    await later(10);
    await submit(app, form, "+447700900103");
    assert.deepEqual(await sentTo(app), ["+447700900101", "+447700900103"]);
  });
});

test("budgets count only codes that are sent: no mail, no immediate opt-in, nothing within a cool-down", async () => {
  await withBudgets({ country: 2, prefix: 2 }, async (app) => {
    const [form, plainForm, mail] = [
      await makeForm(app),
      await makeForm(app, { confirm: "none" }),
      await makeForm(app, { channel: "email" }),
    ];
    for (let n = 0; n < 5; n++) {
      await submit(app, form, "+447700900111");
      await submit(app, plainForm, `+44770090012${n}`);
      await submit(app, mail, `ann${n}@example.org`);
    }
    await submit(app, form, "+447700900112");
    const numbers = (await sentTo(app)).filter((address) => address.startsWith("+"));
    assert.deepEqual(numbers, ["+447700900111", "+447700900112"]);
    assert.equal((await sentTo(app)).length, 7);
  });
});

test("a prefix where codes are hardly ever entered gets no more until six hours have passed", async () => {
  await withBudgets({ unconfirmed: 10 }, async (app) => {
    const form = await makeForm(app);
    const answers = [];
    for (let n = 10; n < 30; n++) answers.push(plain(await submit(app, form, `+4477009001${n}`)));
    assert.equal((await sentTo(app)).length, 10);
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    await submit(app, form, "+447700800130");
    assert.equal((await sentTo(app)).length, 11);
    await app.database.sql`update limits set ends_at = ends_at - interval '6 hours'`;
    await submit(app, form, "+447700900130");
    assert.equal((await sentTo(app)).length, 12);
  });
});

test("a prefix where one code in ten is entered gets more, as soon as that is so", async () => {
  await withBudgets({ unconfirmed: 10 }, async (app) => {
    const form = await makeForm(app);
    const enter = async (address: string) => {
      const [message] = await app.database
        .sql`select body from messages where address = ${address}`;
      const code = /\b\d{6}\b/.exec(message?.body)?.[0];
      return app.call("POST", `/public/forms/${form.id}/confirmations`, { address, code });
    };
    for (let n = 10; n < 25; n++) await submit(app, form, `+4477009001${n}`);
    assert.equal((await sentTo(app)).length, 10);
    // A wrong code is not an entered one.
    const wrong = { address: "+447700900111", code: "no" };
    await app.call("POST", `/public/forms/${form.id}/confirmations`, wrong);
    await submit(app, form, "+447700900125");
    assert.equal((await sentTo(app)).length, 10);
    assert.equal((await enter("+447700900110")).status, 200);
    await submit(app, form, "+447700900126");
    await submit(app, form, "+447700900127");
    assert.equal((await sentTo(app)).filter((address) => address).length, 10);
    assert.equal((await enter("+447700900111")).status, 200);
    await submit(app, form, "+447700900128");
    const sent = (await sentTo(app)).filter((address) => address);
    assert.deepEqual(sent.slice(-2), ["+447700900126", "+447700900128"]);
  });
});

for (const [what, over, served] of [
  ["its own country", { countries: null }, ["GB"]],
  ["the countries that it names", { countries: ["ZW", "JE"] }, ["JE", "ZW"]],
  ["every country where it names none", { countries: [] }, ["GB", "JE", "DE", "ZW"]],
  [
    "every country where it has none of its own either",
    { countries: null, defaultCountry: null },
    ["GB", "JE", "DE", "ZW"],
  ],
] as const) {
  test(`a form sends codes to ${what}, and other numbers get the usual answer`, async () => {
    await withBudgets({}, async (app) => {
      const numbers = {
        GB: "+447700900123",
        JE: "+447797712345",
        DE: "+4915123456789",
        ZW: "+263771234567",
      };
      const form = await makeForm(app, over);
      const answers = [];
      for (const address of Object.values(numbers))
        answers.push(plain(await submit(app, form, address)));
      assert.deepEqual(
        await sentTo(app),
        served.map((country) => numbers[country]),
      );
      assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    });
  });
}

test("an older wording does not restore the country that it was for", async () => {
  await withBudgets({}, async (app) => {
    const form = await makeForm(app, { countries: null, defaultCountry: "DE" });
    const now = { confirm: "double", defaultCountry: "GB" };
    await app.call("PUT", `/v1/forms/${form.id}`, formBody(now));
    await app.call("POST", `/public/forms/${form.id}/submissions`, {
      address: "+4915123456789",
      wording: 1,
    });
    assert.deepEqual(await sentTo(app), []);
  });
});

test("a form that opts in immediately sends nothing, and accepts the numbers of every country", async () => {
  await withBudgets({}, async (app) => {
    const form = await makeForm(app, { confirm: "none", countries: ["GB"] });
    await submit(app, form, "+4915123456789");
    const { body } = await app.call("GET", "/v1/profiles?phoneNumber=%2B4915123456789");
    assert.equal(body.items[0]?.optIn.sms, true);
  });
});

test("the countries of a form are stored, changed without a new wording, and hidden from strangers", async () => {
  await withBudgets({}, async (app) => {
    const form = await makeForm(app, { countries: ["GB", "IE"] });
    assert.deepEqual(form.countries, ["GB", "IE"]);
    const change = formBody({ confirm: "double", countries: ["FR"] });
    const { body } = await app.call("PUT", `/v1/forms/${form.id}`, change);
    assert.deepEqual([body.countries, body.wording], [["FR"], 1]);
    const shown = await app.call("GET", `/public/forms/${form.id}`);
    assert.equal("countries" in shown.body, false);
  });
});

for (const [over, path] of [
  [{ countries: ["GB", "UK"] }, "countries.1"],
  [{ countries: ["gb"] }, "countries.0"],
  [{ countries: "GB" }, "countries"],
  [{ defaultCountry: "UK" }, "defaultCountry"],
] as const) {
  test(`${JSON.stringify(over)} is refused, when a form is created and when it is changed`, async () => {
    await withBudgets({}, async (app) => {
      const { id } = await makeForm(app);
      for (const [method, url] of [
        ["POST", "/v1/forms"],
        ["PUT", `/v1/forms/${id}`],
      ] as const) {
        const { status, body } = await app.call(method, url, formBody(over));
        assert.deepEqual([status, body.issues[0].path], [422, path]);
      }
    });
  });
}

test("a short number is not its own prefix", async () => {
  await withBudgets({ prefix: 1 }, async (app) => {
    const form = await makeForm(app);
    // Seven digits are a whole number in Saint Helena.
    for (const address of ["+29051234", "+29051235"]) await submit(app, form, address);
    assert.deepEqual(await sentTo(app), ["+29051234"]);
  });
});

test("the limits store no number, prefix or country, only hashes", async () => {
  await withBudgets({ country: 5, prefix: 5 }, async (app) => {
    await submit(app, await makeForm(app), "+447700900131");
    const rows = JSON.stringify(
      await app.database.sql`select encode(key, 'escape') as key from limits`,
    );
    assert.doesNotMatch(rows, /4477|GB/);
  });
});
