// Double opt-in: nobody is opted in before the person has confirmed with what was sent to the
// address.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import postgres from "postgres";
import { sweep } from "../../../server/process/sweep.ts";
import { type Answer, formBody, type TestApp, testApp } from "../../support/app.ts";

let app: TestApp;
let numbers = 100;

before(async () => {
  app = await testApp({ trustedProxies: ["127.0.0.1/32", "::1/128"] });
  await app.call("POST", "/v1/rules", {
    channel: "sms",
    inbound: "*",
    keyword: "STOP",
    action: "optOut",
  });
});

after(() => app.end());

/** A number that no other test uses. */
const newNumber = () => `+4477009${String(numbers++).padStart(5, "0")}`;
const newMail = () => `ann${numbers++}@example.org`;

type Made = { id: string; channel: string };
const makeForm = async (over: Record<string, unknown> = {}): Promise<Made> =>
  (await app.call("POST", "/v1/forms", formBody({ confirm: "double", ...over }))).body;
const mailForm = (over: Record<string, unknown> = {}) => makeForm({ channel: "email", ...over });

const submit = (
  form: { id: string },
  address: string,
  { headers = {}, ...more }: { headers?: Record<string, string>; [field: string]: unknown } = {},
) => app.call("POST", `/public/forms/${form.id}/submissions`, { address, ...more }, headers);
const confirm = (form: { id: string }, address: string, code: string, headers = {}) =>
  app.call("POST", `/public/forms/${form.id}/confirmations`, { address, code }, headers);

type Waiting = { id: string; body: string; title: string | null; channel: string; expires: string };

/** The messages that wait to be sent to an address. */
const messagesTo = (address: string) => app.database.sql<Waiting[]>`
  select id, body, title, channel, expires_on as expires from messages where address = ${address}
  order by id`;
const codeFor = async (address: string): Promise<string> =>
  /\b\d{6}\b/.exec((await messagesTo(address)).at(-1)?.body ?? "")?.[0] ?? "none";
const linkFor = async (address: string): Promise<string> =>
  (
    /https?:\S+\/public\/confirm\/\S+/.exec((await messagesTo(address)).at(-1)?.body ?? "")?.[0] ??
    ""
  ).replace(/^https?:\/\/[^/]+/, "");
const profileWith = async (address: string) => {
  const field = address.startsWith("+") ? "phoneNumber" : "email";
  const { body } = await app.call("GET", `/v1/profiles?${field}=${encodeURIComponent(address)}`);
  return body.items[0];
};
const eventsOf = async (id: string) =>
  (await app.call("GET", `/v1/profiles/${id}/events`)).body.items;
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const plain = ({ status, body, headers }: Answer) => ({
  status,
  body,
  headers: [...headers.keys()].filter((name) => name !== "date").sort(),
});
/** As if that many seconds had passed since the last confirmation. */
const later = async (seconds: number) => {
  await app.database.sql`update limits set ends_at = ends_at - make_interval(secs => ${seconds})`;
  await app.database
    .sql`update confirmations set expires_at = expires_at - make_interval(secs => ${seconds})`;
};

test("a double form's submission waits: the answer says for what, no profile is created, and one message is sent", async () => {
  const form = await makeForm({ thankYouText: "See you!" });
  const address = newNumber();
  const { status, body } = await submit(form, address);
  assert.deepEqual(
    [status, body],
    [200, { status: "pending", confirm: "code", thankYouText: "See you!" }],
  );
  assert.equal(await profileWith(address), undefined);
  const [message, ...others] = await messagesTo(address);
  assert.match(
    message?.body ?? "",
    /^\d{6} is your code to confirm that you want messages from Corner Café\./,
  );
  assert.deepEqual([others.length, message?.channel, message?.title], [0, "sms", null]);
  assert.equal((await app.call("GET", `/v1/forms/${form.id}`)).body.submissions, 0);
});

test("an e-mail form sends a link", async () => {
  const form = await mailForm();
  const address = newMail();
  const { body } = await submit(form, address);
  assert.deepEqual([body.status, body.confirm], ["pending", "link"]);
  const [message] = await messagesTo(address);
  assert.equal(message?.title, "Please confirm your sign-up: Corner Café");
  assert.ok(message?.body.includes(`\n${app.url}/public/confirm/`));
});

test("the code opts the person in, and the event has both steps", async () => {
  const form = await makeForm({ thankYouText: "See you!" });
  const address = newNumber();
  await submit(form, address, {
    headers: { Origin: "https://shop.example", "User-Agent": "Asks", "Accept-Language": "en" },
  });
  const answer = await confirm(form, address, await codeFor(address), {
    Origin: "https://shop.example",
    "User-Agent": "Confirms",
    "Accept-Language": "de",
  });
  assert.deepEqual(
    [answer.status, answer.body],
    [200, { status: "done", thankYouText: "See you!" }],
  );
  const profile = await profileWith(address);
  assert.equal(profile.optIn.sms, true);
  const [event] = await eventsOf(profile.id);
  const { submittedAt, ...actor } = event.actor;
  assert.deepEqual(
    [event.to, event.source, actor],
    [true, "form", { form: form.id, wording: 1, confirmed: "code" }],
  );
  const { at, confirmation, ...submission } = event.evidence;
  assert.deepEqual(submission, {
    page: "https://shop.example",
    userAgent: "Asks",
    language: "en",
    clientAddress: "127.0.0.0",
  });
  const { at: confirmedAt, ...second } = confirmation;
  assert.deepEqual(second, {
    by: "code",
    page: "https://shop.example",
    userAgent: "Confirms",
    language: "de",
    clientAddress: "127.0.0.0",
  });
  assert.equal(at, submittedAt);
  assert.ok(
    Date.parse(at) <= Date.parse(confirmedAt) &&
      Date.parse(confirmedAt) <= Date.parse(event.at) + 1,
  );
  assert.equal((await app.call("GET", `/v1/forms/${form.id}`)).body.submissions, 1);
});

test("a code may be typed in groups and in other digits", async () => {
  const form = await makeForm();
  for (const write of [
    (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)} `,
    (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`,
    (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
    (code: string) => code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  ]) {
    const address = newNumber();
    await submit(form, address);
    assert.equal((await confirm(form, address, write(await codeFor(address)))).status, 200);
  }
});

test("the link shows the consent text and one button, and its POST opts the person in", async () => {
  const form = await mailForm({ thankYouText: "See <you>!" });
  const address = newMail();
  await submit(form, address, { headers: { "User-Agent": "Asks" } });
  const link = await linkFor(address);
  const page = await app.call("GET", link);
  assert.equal(page.status, 200);
  assert.match(
    page.body,
    /Please confirm[\s\S]*Yes, send me offers by SMS\.[\s\S]*<button type="submit">Confirm/,
  );
  assert.equal(await profileWith(address), undefined);
  const done = await app.call("POST", link, "", { "User-Agent": "Confirms" });
  assert.equal(done.status, 200);
  assert.match(done.body, /Thank you[\s\S]*See &#60;you&#62;!/);
  const profile = await profileWith(address);
  assert.equal(profile.optIn.email, true);
  const [event] = await eventsOf(profile.id);
  assert.equal(event.actor.confirmed, "link");
  assert.deepEqual(
    [event.evidence.userAgent, event.evidence.confirmation.userAgent],
    ["Asks", "Confirms"],
  );
});

test("the link's page is for no frame, cache or index, and runs no script", async () => {
  const address = newMail();
  await submit(await mailForm(), address);
  const { headers, body } = await app.call("GET", await linkFor(address));
  assert.match(
    headers.get("Content-Security-Policy") ?? "",
    /^default-src 'none';.*frame-ancestors 'none'/,
  );
  assert.equal(headers.get("Cache-Control"), "no-store");
  assert.equal(headers.get("Referrer-Policy"), "no-referrer");
  assert.match(body, /<meta name="robots" content="noindex">/);
  assert.doesNotMatch(body, /<script/);
});

test("a hundred GETs and HEADs of a link create no event and leave it unchanged", async () => {
  const address = newMail();
  await submit(await mailForm(), address);
  const link = await linkFor(address);
  const count = () => app.database.sql`select count(*) from events`;
  const before = await count();
  for (let n = 0; n < 100; n++) {
    await app.call("GET", link);
    await app.call("HEAD", link);
  }
  assert.deepEqual(await count(), before);
  assert.equal((await app.call("POST", link)).status, 200);
});

for (const [kind, method] of [
  ["links", "link"],
  ["codes", "code"],
] as const) {
  test(`fifty ${kind} at once make one event`, async () => {
    const form = method === "link" ? await mailForm() : await makeForm();
    const address = method === "link" ? newMail() : newNumber();
    await submit(form, address);
    const secret = method === "link" ? await linkFor(address) : await codeFor(address);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        method === "link" ? app.call("POST", secret) : confirm(form, address, secret),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const profile = await profileWith(address);
    const events = (await eventsOf(profile.id)).filter(
      (event: { source: string }) => event.source === "form",
    );
    assert.equal(events.length, 1);
    assert.equal((await app.call("GET", `/v1/forms/${form.id}`)).body.submissions, 1);
  });
}

test("a link that was used, has expired or never existed gets the same page", async () => {
  const form = await mailForm();
  const [used, expired] = [newMail(), newMail()];
  await submit(form, used);
  await submit(form, expired);
  const links = [
    await linkFor(used),
    await linkFor(expired),
    "/public/confirm/never",
    "/public/confirm/%00",
    "/public/confirm/%ff",
  ];
  await app.call("POST", links[0] as string);
  await app.database.sql`update confirmations set expires_at = now() where address = ${expired}`;
  for (const method of ["GET", "POST"]) {
    const answers = await Promise.all(links.map((link) => app.call(method, link)));
    for (const answer of answers) assert.deepEqual(plain(answer), plain(answers[0] as Answer));
    assert.equal(answers[0]?.status, 404);
    assert.match(answers[0]?.body, /no longer valid/);
  }
  assert.equal(await profileWith(expired), undefined);
});

test("every byte of a link's token matters", async () => {
  const address = newMail();
  await submit(await mailForm(), address);
  const link = await linkFor(address);
  const start = link.lastIndexOf("/") + 1;
  for (let at = start; at < link.length; at++) {
    for (const other of ["A", "b", "-", "%20"]) {
      const spoilt = link.slice(0, at) + (link[at] === other ? "c" : other) + link.slice(at + 1);
      assert.equal((await app.call("POST", spoilt)).status, 404);
    }
  }
  assert.equal((await app.call("POST", `${link}A`)).status, 404);
  assert.equal((await app.call("POST", link.slice(0, -1))).status, 404);
  assert.equal((await app.call("POST", link)).status, 200);
});

for (const [what, spoil] of Object.entries({
  "a wrong code": async (_form: unknown, address: string) => otherThan(await codeFor(address)),
  "a code that was used": async (form: { id: string }, address: string) => {
    const code = await codeFor(address);
    await confirm(form, address, code);
    return code;
  },
  "a code that is too old": async (_form: unknown, address: string) => {
    await app.database.sql`update confirmations set expires_at = now() where address = ${address}`;
    return codeFor(address);
  },
  "a code that went to another address": async (form: { id: string }) => {
    const other = newNumber();
    await submit(form, other);
    return codeFor(other);
  },
  "five digits": async (_form: unknown, address: string) => (await codeFor(address)).slice(1),
  "no code": async () => "",
})) {
  test(`${what} is refused with the same issue at code`, async () => {
    const form = await makeForm();
    const address = newNumber();
    await submit(form, address);
    const answer = await confirm(form, address, await spoil(form, address));
    const unknown = await confirm(form, newNumber(), "123456");
    assert.deepEqual([answer.status, answer.body.issues[0].path], [422, "code"]);
    assert.deepEqual(plain(answer), plain(unknown));
  });
}

test("a code confirms no other channel of its number", async () => {
  const [sms, whatsApp] = [await makeForm(), await makeForm({ channel: "whatsApp" })];
  const address = newNumber();
  await submit(sms, address);
  assert.equal((await confirm(whatsApp, address, await codeFor(address))).status, 422);
  assert.equal(await profileWith(address), undefined);
});

test("a client has five tries at an address, whether it waits for a code or not", async () => {
  const form = await makeForm();
  const [waits, unknown] = [newNumber(), newNumber()];
  await submit(form, waits);
  const code = await codeFor(waits);
  const statuses = async (address: string) => {
    const tries = [];
    for (let n = 0; n < 6; n++) tries.push(plain(await confirm(form, address, otherThan(code))));
    return tries;
  };
  const tries = await statuses(waits);
  assert.deepEqual(
    tries.map(({ status }) => status),
    [422, 422, 422, 422, 422, 429],
  );
  assert.deepEqual(await statuses(unknown), tries);
  const right = await confirm(form, waits, code);
  assert.equal(right.status, 429);
  assert.ok(Number(right.headers.get("Retry-After")) > 0);
  assert.equal(await profileWith(waits), undefined);
});

test("five simultaneous tries are five, and no more", async () => {
  const form = await makeForm();
  const address = newNumber();
  await submit(form, address);
  const code = await codeFor(address);
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => confirm(form, address, otherThan(code))),
  );
  assert.equal(answers.filter(({ status }) => status === 422).length, 5);
});

test("a stranger's wrong codes use up none of the person's own tries", async () => {
  const form = await makeForm();
  const address = newNumber();
  await submit(form, address);
  const code = await codeFor(address);
  for (let n = 0; n < 6; n++)
    await confirm(form, address, otherThan(code), { "X-Forwarded-For": "192.0.2.66" });
  assert.equal(
    (await confirm(form, address, code, { "X-Forwarded-For": "192.0.2.7" })).status,
    200,
  );
});

test("all clients together have twenty wrong codes at an address, until it gets another code", async () => {
  const form = await makeForm();
  const address = newNumber();
  await submit(form, address);
  const wrong = otherThan(await codeFor(address));
  const answers = [];
  for (let n = 0; n < 21; n++) {
    answers.push(
      (await confirm(form, address, wrong, { "X-Forwarded-For": `192.0.2.${n}` })).status,
    );
  }
  assert.deepEqual(answers, [...Array(20).fill(422), 429]);
  await later(600);
  await submit(form, address);
  assert.equal((await confirm(form, address, await codeFor(address))).status, 200);
});

test("past its limit a client has no more confirmations sent, to any address, and other clients do", async () => {
  const limited = await testApp({
    limits: { client: 0, address: 0, confirmations: 3 },
    trustedProxies: ["127.0.0.1/32", "::1/128"],
  });
  try {
    const { body } = await limited.call("POST", "/v1/forms", formBody({ confirm: "double" }));
    const from = (client: string) =>
      limited.call(
        "POST",
        `/public/forms/${body.id}/submissions`,
        { address: newNumber() },
        { "X-Forwarded-For": client },
      );
    for (let n = 0; n < 3; n++) assert.equal((await from("192.0.2.1")).status, 200);
    const fourth = await from("192.0.2.1");
    assert.equal(fourth.status, 429);
    assert.ok(Number(fourth.headers.get("Retry-After")) > 0);
    assert.equal((await from("192.0.2.2")).status, 200);
    const [{ count }] = await limited.database.sql<
      [{ count: number }]
    >`select count(*)::int from messages`;
    assert.equal(count, 4);
  } finally {
    await limited.end();
  }
});

test("the networks of one /48 of IPv6 together get four times what one of them gets", async () => {
  const limited = await testApp({
    limits: { client: 0, address: 0, confirmations: 2 },
    trustedProxies: ["127.0.0.1/32", "::1/128"],
  });
  try {
    const { body } = await limited.call("POST", "/v1/forms", formBody({ confirm: "double" }));
    const from = async (client: string) =>
      (
        await limited.call(
          "POST",
          `/public/forms/${body.id}/submissions`,
          { address: newNumber() },
          { "X-Forwarded-For": client },
        )
      ).status;
    const statuses = [];
    for (let n = 1; n <= 10; n++) statuses.push(await from(`2001:db8:1:${n.toString(16)}::1`));
    assert.deepEqual(statuses, [...Array(8).fill(200), 429, 429]);
    const next = [];
    for (let n = 1; n <= 3; n++) next.push(await from(`2001:db8:2:1::${n}`));
    assert.deepEqual(next, [200, 200, 429]);
  } finally {
    await limited.end();
  }
});

test("past the limit of one client its codes are refused with Retry-After, and other clients go on", async () => {
  const limited = await testApp({
    limits: { client: 3, address: 0, confirmations: 0 },
    trustedProxies: ["127.0.0.1/32", "::1/128"],
  });
  try {
    const { body } = await limited.call("POST", "/v1/forms", formBody({ confirm: "double" }));
    const from = (client: string) =>
      limited.call(
        "POST",
        `/public/forms/${body.id}/confirmations`,
        { address: newNumber(), code: "123456" },
        { "X-Forwarded-For": client },
      );
    for (let n = 0; n < 3; n++) assert.equal((await from("192.0.2.1")).status, 422);
    const fourth = await from("192.0.2.1");
    assert.equal(fourth.status, 429);
    assert.ok(Number(fourth.headers.get("Retry-After")) > 0);
    assert.equal((await from("192.0.2.2")).status, 422);
  } finally {
    await limited.end();
  }
});

test("two hundred submissions for one address from as many clients send one confirmation, and all answers are alike", async (t) => {
  const form = await mailForm();
  const address = newMail();
  const known = newMail();
  await app.call("POST", "/v1/profiles", { email: known, optIn: { email: true } });
  const times: Record<string, number[]> = { one: [], fresh: [] };
  const timed = async (name: string, ...request: Parameters<typeof submit>) => {
    const began = performance.now();
    const answer = await submit(...request);
    times[name]?.push(performance.now() - began);
    return plain(answer);
  };
  const client = (n: number) => ({ headers: { "X-Forwarded-For": `198.51.${n >> 8}.${n & 255}` } });
  const first = await timed("fresh", form, known, client(0));
  for (let n = 1; n <= 200; n += 20) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, k) => timed("one", form, address, client(n + k))),
    );
    for (const answer of answers) assert.deepEqual(answer, first);
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, k) => timed("fresh", form, newMail(), client(n + k))),
    );
    for (const answer of others) assert.deepEqual(answer, first);
  }
  assert.equal((await messagesTo(address)).length, 1);
  for (const [name, all] of Object.entries(times)) {
    const sorted = all.sort((a, b) => a - b);
    t.diagnostic(
      `${name === "one" ? "the one address" : "addresses never seen"}: median ${sorted[sorted.length >> 1]?.toFixed(1)} ms of ${sorted.length}, 20 at once`,
    );
  }
});

test("the answer is the same for an unknown address, one in its cool-down, one opted in, one the carrier stopped and one forgotten", async () => {
  const form = await makeForm();
  const [unknown, waits, optedIn, stopped, forgotten] = Array.from({ length: 5 }, newNumber) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await submit(form, waits);
  await app.call("POST", "/v1/profiles", { phoneNumber: optedIn, optIn: { sms: true } });
  const { body } = await app.call("POST", "/v1/profiles", { phoneNumber: stopped });
  await app.database.sql`select set_flags(
      p_profile_id => ${body.id}, p_opt_in => '{"sms": false}', p_source => 'carrier',
      p_actor => '{}')`;
  await app.database.sql`
    insert into kept_opt_outs (address_hash, channel, source)
    values (address_hash('phoneNumber', ${forgotten}), 'sms', 'forgotten')`;
  const answers = [];
  for (const address of [unknown, waits, optedIn, stopped, forgotten])
    answers.push(plain(await submit(form, address)));
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  const sent = await Promise.all(
    [unknown, waits, optedIn, stopped, forgotten].map(
      async (address) => (await messagesTo(address)).length,
    ),
  );
  assert.deepEqual(sent, [1, 1, 1, 0, 0]);
});

test("one confirmation is sent in ten minutes, over all forms and channels of a number, and five in a day", async () => {
  const [one, other] = [await makeForm(), await makeForm()];
  const elsewhere = [await makeForm({ channel: "whatsApp" }), await makeForm({ channel: "rcs" })];
  const address = newNumber();
  await submit(one, address);
  const asked = await submit(one, newNumber());
  for (const form of [other, ...elsewhere])
    assert.deepEqual(plain(await submit(form, address)), plain(asked));
  assert.equal((await messagesTo(address)).length, 1);
  for (let n = 0; n < 7; n++) {
    await app.database.sql`
      update limits set ends_at = now() where key = cool_down_key('phoneNumber', ${address})`;
    await submit([one, ...elsewhere][n % 3] as { id: string }, address);
  }
  assert.equal((await messagesTo(address)).length, 5);
});

test("one mail is sent to one mailbox, however its address is written", async () => {
  const form = await mailForm();
  const [gmail, other] = [newMail(), newMail()].map((mail) => mail.split("@")[0]);
  const spellings = [
    ...["", "+1", "+shop.1", "+a+b"].map((tag) => `${gmail}${tag}@gmail.com`),
    `a.n.n${gmail?.slice(3)}+2@GoogleMail.com`,
    ...["", "+1", "+shop.1"].map((tag) => `${other}${tag}@example.org`),
  ];
  const answers = [];
  for (const address of spellings) answers.push(plain(await submit(form, address)));
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  const sent = await Promise.all(
    spellings.map(
      async (address) =>
        (await messagesTo(address.replace(/@.*/, (domain) => domain.toLowerCase()))).length,
    ),
  );
  assert.deepEqual(sent, [1, 0, 0, 0, 0, 1, 0, 0]);
});

test("an address that only resembles another spelling is another mailbox", async () => {
  const form = await mailForm();
  const name = newMail().split("@")[0] as string;
  const [dotted, tag] = [`a.n.n${name.slice(3)}@example.org`, `+${name}@example.org`];
  for (const address of [`${name}@example.org`, dotted, tag, `${name}@gmail.example`]) {
    await submit(form, address);
    assert.equal((await messagesTo(address)).length, 1, address);
  }
});

test("a form that is used while the code of another is pending accepts that code, and its own wording counts", async () => {
  const [one, other] = [await makeForm(), await makeForm()];
  const address = newNumber();
  await submit(one, address);
  await submit(other, address);
  assert.equal((await confirm(other, address, await codeFor(address))).status, 200);
  const [event] = await eventsOf((await profileWith(address)).id);
  assert.equal(event.actor.form, other.id);
});

test("a form that was not used accepts no code", async () => {
  const [one, other] = [await makeForm(), await makeForm()];
  const address = newNumber();
  await submit(one, address);
  assert.equal((await confirm(other, address, await codeFor(address))).status, 422);
});

test("submitting again leaves the pending submission unchanged, and whoever is opted in stays so", async () => {
  const form = await mailForm();
  const address = newMail();
  await submit(form, address, { headers: { "User-Agent": "First" } });
  const link = await linkFor(address);
  await submit(form, address, { headers: { "User-Agent": "Second" } });
  await app.call("POST", link);
  const { id, optIn } = await profileWith(address);
  assert.equal(optIn.email, true);
  assert.equal((await eventsOf(id))[0].evidence.userAgent, "First");
  await later(600);
  await submit(form, address);
  assert.equal((await profileWith(address)).optIn.email, true);
});

test("a second mail leaves the first one's link valid, and only one of the two can be used", async () => {
  const form = await mailForm();
  const address = newMail();
  await submit(form, address);
  const first = await linkFor(address);
  await later(600);
  await submit(form, address);
  const second = await linkFor(address);
  assert.notEqual(first, second);
  assert.equal((await app.call("POST", first)).status, 200);
  assert.equal((await app.call("POST", second)).status, 404);
});

test("a STOP between submission and confirmation withdraws the submission", async () => {
  const form = await makeForm();
  const address = newNumber();
  await submit(form, address);
  const code = await codeFor(address);
  await app.call("POST", "/v1/messages/inbounds", {
    channel: "sms",
    from: address,
    to: "+447700900999",
    body: "STOP",
  });
  assert.equal((await confirm(form, address, code)).status, 422);
  assert.equal((await profileWith(address)).optIn.sms, false);
});

test("a STOP of long ago does not: the confirmation is the newer act", async () => {
  const form = await makeForm();
  const address = newNumber();
  const { body } = await app.call("POST", "/v1/profiles", {
    phoneNumber: address,
    optIn: { sms: false },
  });
  await app.call("DELETE", `/v1/profiles/${body.id}/optin?channel=sms`);
  await submit(form, address);
  assert.equal((await confirm(form, address, await codeFor(address))).status, 200);
  assert.equal((await profileWith(address)).optIn.sms, true);
});

test("a STOP of somebody whose profile was deleted long ago does not either", async () => {
  const form = await makeForm();
  const address = newNumber();
  const { body } = await app.call("POST", "/v1/profiles", { phoneNumber: address });
  await app.call("DELETE", `/v1/profiles/${body.id}/optin?channel=sms`);
  await app.call("DELETE", `/v1/profiles/${body.id}`);
  await submit(form, address);
  assert.equal((await confirm(form, address, await codeFor(address))).status, 200);
  assert.equal((await profileWith(address)).optIn.sms, true);
});

test("a STOP in the same instant as confirmations and another submission is the last word", async () => {
  const form = await makeForm();
  for (let n = 0; n < 20; n++) {
    const address = newNumber();
    if (n % 3 === 0) await app.call("POST", "/v1/profiles", { phoneNumber: address });
    await submit(form, address);
    const code = await codeFor(address);
    const inbound = { channel: "sms", from: address, to: "+447700900999", body: "STOP" };
    const stop = () => app.call("POST", "/v1/messages/inbounds", inbound);
    const acts = [
      stop,
      () => confirm(form, address, code),
      () => submit(form, address),
      () => confirm(form, address, code),
    ];
    if (n % 2) acts.reverse();
    const answers = await Promise.all(acts.map((act) => act()));
    for (const { status } of answers) assert.ok([200, 201, 422].includes(status), String(status));
    assert.equal((await profileWith(address)).optIn.sms, false);
  }
});

test("an address that the carrier stopped meanwhile stays stopped, and no profile is created for it", async () => {
  const form = await makeForm();
  const address = newNumber();
  await submit(form, address);
  const code = await codeFor(address);
  const [message] = await messagesTo(address);
  await app.database.sql`select opt_out_at_carrier(${message?.id ?? null})`;
  assert.equal((await confirm(form, address, code)).status, 422);
  assert.equal(await profileWith(address), undefined);
  const again = await app.call("POST", "/v1/profiles", { phoneNumber: address });
  assert.equal(again.body.optIn.sms, false);
});

test("an address that is forgotten meanwhile leaves nothing pending", async () => {
  const form = await mailForm();
  const address = newMail();
  const { body } = await app.call("POST", "/v1/profiles", { email: address });
  await submit(form, address);
  const link = await linkFor(address);
  await app.call("DELETE", `/v1/profiles/${body.id}?forget=true`);
  assert.equal((await app.call("POST", link)).status, 404);
  assert.equal((await messagesTo(address)).length, 0);
  const [left] = await app.database
    .sql`select count(*)::int from confirmations where lower(address) = ${address}`;
  assert.equal(left?.count, 0);
});

test("an earlier wording does not circumvent the confirmation", async () => {
  const form = await makeForm({ confirm: "none" });
  await submit(form, newNumber(), { wording: 1 });
  await app.call("PUT", `/v1/forms/${form.id}`, formBody({ confirm: "double" }));
  const address = newNumber();
  const { body } = await submit(form, address, { wording: 1 });
  assert.equal(body.status, "pending");
  assert.equal(await profileWith(address), undefined);
  await confirm(form, address, await codeFor(address));
  assert.equal((await eventsOf((await profileWith(address)).id))[0].actor.wording, 1);
});

test("the confirmation speaks the form's language, else the page's, else the browser's", async () => {
  const bodyFor = async (over: object, query: string, acceptLanguage: string) => {
    const form = await makeForm(over as Record<string, unknown>);
    const address = newNumber();
    const path = `/public/forms/${form.id}/submissions${query}`;
    await app.call("POST", path, { address }, { "Accept-Language": acceptLanguage });
    const [row] = await app.database
      .sql`select language from confirmations where address = ${address}`;
    return row?.language;
  };
  assert.equal(await bodyFor({ language: "ja" }, "?lang=fr", "de"), "ja");
  assert.equal(await bodyFor({}, "?lang=fr-CA", "de"), "fr");
  assert.equal(await bodyFor({}, "", "de-AT,en;q=0.5"), "de");
  assert.equal(await bodyFor({}, "", "xx"), "en");
});

test("the link's page speaks the message's language, from right to left if that does", async () => {
  const address = newMail();
  await submit(await mailForm({ language: "ar" }), address);
  const { body } = await app.call("GET", await linkFor(address), undefined, {
    "Accept-Language": "de",
  });
  assert.match(body, /<html lang="ar" dir="rtl">/);
});

test("the confirmation contains nothing that the stranger typed", async () => {
  const form = await mailForm({ businessName: null });
  const hostile = `"visit https://evil.example"@example.org`;
  const { status } = await submit(form, hostile, {
    headers: { "User-Agent": "evil.example", Referer: "https://evil.example" },
  });
  if (status === 200) {
    const [message] = await messagesTo(hostile);
    assert.doesNotMatch(`${message?.title}${message?.body}`, /evil/);
  } else assert.equal(status, 422);
  const address = newMail();
  await submit(form, address, {
    headers: { "User-Agent": "evil.example", "Accept-Language": "evil" },
  });
  const [message] = await messagesTo(address);
  assert.doesNotMatch(`${message?.title}${message?.body}`, /evil|ann\d/);
});

test("the secret is stored as a hash only, and the message's text is erased once it is used or too old", async () => {
  const form = await mailForm();
  const [used, expired] = [newMail(), newMail()];
  await submit(form, used);
  await submit(form, expired);
  const rows = await app.database
    .sql`select * from confirmations where address in (${used}, ${expired})`;
  const token = (await linkFor(used)).split("/").at(-1) ?? "none";
  assert.ok(!JSON.stringify(rows).includes(token));
  const ids = (
    await app.database.sql`select id from messages where address in (${used}, ${expired})`
  ).map(({ id }) => id);
  await app.call("POST", await linkFor(used));
  await app.database.sql`
      update confirmations set expires_at = now() - interval '1 second' where address = ${expired}`;
  await sweep(app.database.sql);
  const left = await app.database.sql`
    select address, title, body, profile_id is not null as known from messages
    where id in ${app.database.sql(ids)} order by id`;
  assert.deepEqual(
    left.map((row) => ({ ...row })),
    [
      { address: null, title: null, body: null, known: true },
      { address: null, title: null, body: null, known: false },
    ],
  );
  const [pending] = await app.database.sql`
    select count(*)::int from confirmations where address in (${used}, ${expired})`;
  assert.equal(pending?.count, 0);
});

test("a form's allowed origins apply to the confirmation, too, and its preflight says so", async () => {
  const form = await makeForm({ allowedOrigins: ["https://shop.example"] });
  const address = newNumber();
  await submit(form, address, { headers: { Origin: "https://shop.example" } });
  const code = await codeFor(address);
  assert.equal(
    (await confirm(form, address, code, { Origin: "https://evil.example" })).status,
    403,
  );
  const path = `/public/forms/${form.id}/confirmations`;
  const preflight = await app.call("OPTIONS", path, undefined, { Origin: "https://shop.example" });
  assert.deepEqual(
    [preflight.status, preflight.headers.get("Access-Control-Allow-Origin")],
    [204, "https://shop.example"],
  );
  assert.equal(
    (await confirm(form, address, code, { Origin: "https://shop.example" })).status,
    200,
  );
});

test("a submission with the trap filled in gets the usual answer, and nothing is sent", async () => {
  const form = await makeForm();
  const address = newNumber();
  const { body } = await submit(form, address, { wording: 1, website: "https://spam.example" });
  assert.deepEqual(body, { status: "pending", confirm: "code", thankYouText: null });
  assert.equal((await messagesTo(address)).length, 0);
});

test("no address, code or token is in any line of the log", async () => {
  const address = newMail();
  await submit(await mailForm(), address);
  const link = await linkFor(address);
  await app.call("GET", link);
  await app.call("POST", link);
  const token = link.split("/").at(-1) ?? "none";
  assert.ok(app.logged.length > 0);
  assert.deepEqual(
    app.logged.filter((line) => line.includes(address) || line.includes(token)),
    [],
  );
});

/** Posts the form of a page as a browser without JavaScript does. */
const post = (path: string, fields: Record<string, string>) =>
  app.call("POST", path, new URLSearchParams(fields).toString(), {
    "Content-Type": "application/x-www-form-urlencoded",
  });

test("the iframe page asks for the code without JavaScript, again if it is wrong, and then says thanks", async () => {
  const form = await makeForm({ thankYouText: "See you!" });
  const address = newNumber();
  const page = `/embed/forms/${form.id}`;
  const asks = await post(page, { address, wording: "1" });
  assert.equal(asks.status, 200);
  assert.match(asks.body, new RegExp(`action="${page}/confirmations"[\\s\\S]*name="code"`));
  const code = await codeFor(address);
  const again = await post(`${page}/confirmations`, {
    address,
    wording: "1",
    code: otherThan(code),
  });
  assert.equal(again.status, 422);
  assert.match(again.body, /name="code"[\s\S]*This code is wrong or no longer valid/);
  const done = await post(`${page}/confirmations`, { address, wording: "1", code });
  assert.equal(done.status, 200);
  assert.match(done.body, /See you!/);
  assert.equal((await profileWith(address)).optIn.sms, true);
});

test("the iframe page says without JavaScript that a link is on its way", async () => {
  const form = await mailForm({ thankYouText: "You are in!" });
  const address = newMail();
  const { status, body } = await post(`/embed/forms/${form.id}`, { address, wording: "1" });
  assert.equal(status, 200);
  assert.match(body, /Open the link in it to confirm/);
  assert.doesNotMatch(body.replace(/content="[^"]*"/, ""), /You are in!/);
});

const pause = ({ id, channel }: Made) =>
  app.call("PUT", `/v1/forms/${id}`, formBody({ confirm: "double", channel, active: false }));
const remove = ({ id }: Made) => app.call("DELETE", `/v1/forms/${id}`);

for (const [how, close] of [
  ["paused", pause],
  ["deleted", remove],
] as const) {
  test(`a code confirms nothing once its form is ${how}, and the answer says so`, async () => {
    const form = await makeForm();
    const address = newNumber();
    await submit(form, address);
    const code = await codeFor(address);
    await close(form);
    const { status, body } = await confirm(form, address, code);
    assert.deepEqual([status, body.code], [410, "gone"]);
    const page = await post(`/embed/forms/${form.id}/confirmations`, {
      address,
      wording: "1",
      code,
    });
    assert.deepEqual([page.status, page.body.includes("This form is closed.")], [410, true]);
    assert.equal(await profileWith(address), undefined);
  });

  test(`a link confirms nothing once its form is ${how}, and its page says so`, async () => {
    const form = await mailForm({ language: "de" });
    const address = newMail();
    await submit(form, address);
    const link = await linkFor(address);
    await close(form);
    for (const method of ["GET", "POST"]) {
      const { status, body } = await app.call(method, link);
      assert.equal(status, 410, method);
      assert.match(body, /Dieses Formular ist geschlossen\.[\s\S]*wurde nicht bestätigt/);
      assert.doesNotMatch(body, /<button/);
    }
    assert.equal(await profileWith(address), undefined);
  });
}

test("a form that is opened again confirms what is still pending", async () => {
  const form = await makeForm();
  const address = newNumber();
  await submit(form, address);
  await pause(form);
  await app.call("PUT", `/v1/forms/${form.id}`, formBody({ confirm: "double" }));
  assert.equal((await confirm(form, address, await codeFor(address))).status, 200);
});

test("a link of a deleted form confirms another form that waits for the same link", async () => {
  const [gone, open] = [await mailForm(), await mailForm({ confirmationMessage: "Yes, news." })];
  const address = newMail();
  await submit(gone, address);
  await submit(open, address);
  const link = await linkFor(address);
  await remove(gone);
  assert.match((await app.call("GET", link)).body, /Yes, news\./);
  assert.equal((await app.call("POST", link)).status, 200);
  const [event] = await eventsOf((await profileWith(address)).id);
  assert.equal(event.actor.form, open.id);
});

test("a form that sends a link accepts no code, with or without JavaScript", async () => {
  const form = await mailForm();
  const address = newMail();
  await submit(form, address);
  const api = await confirm(form, address, "123456");
  assert.deepEqual([api.status, api.body.issues[0].path], [422, "code"]);
  const page = await post(`/embed/forms/${form.id}/confirmations`, {
    address,
    wording: "1",
    code: "123456",
  });
  assert.equal(page.status, 422);
  assert.match(page.body, /type="email"[\s\S]*This code is wrong or no longer valid/);
  assert.doesNotMatch(page.body, /name="code"/);
});

test("the iframe page's code step has a way back to the address", async () => {
  const form = await makeForm();
  const address = newNumber();
  const page = `/embed/forms/${form.id}`;
  const { body } = await post(`${page}/confirmations`, {
    address,
    wording: "1",
    code: "",
    back: "1",
  });
  assert.match(
    body,
    new RegExp(`name="address"[^>]*value="\\${address}"|value="&#43;${address.slice(1)}"`),
  );
});

test("while the database is unavailable a link's page says so and can be tried again", async () => {
  const nowhere = postgres({ host: "127.0.0.1", port: 1 });
  const away = await testApp({ sql: nowhere, reads: nowhere });
  try {
    for (const method of ["GET", "POST"]) {
      const { status, headers, body } = await away.call(
        method,
        `/public/confirm/${"a".repeat(43)}`,
      );
      assert.equal(status, 503);
      assert.ok(Number(headers.get("Retry-After")) > 0);
      assert.match(body, /nothing is confirmed yet[\s\S]*<button type="submit">Try again/);
    }
  } finally {
    await nowhere.end();
    await away.end();
  }
});
