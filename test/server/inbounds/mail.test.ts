// Mail from people: as fields, raw, and by SMTP as another mail server hands it over.

import assert from "node:assert/strict";
import { after, before, describe, it, test } from "node:test";
import { createTransport } from "nodemailer";
import { pino } from "pino";
import { keptKey } from "../../../server/access/secrets.ts";
import { replyOf, textOfHtml } from "../../../server/inbounds/mail-text.ts";
import { listenForMail } from "../../../server/inbounds/smtp-listener.ts";
import {
  isUnsubscribeAddress,
  readUnsubscribeAddress,
  unsubscribeAddress,
} from "../../../server/links/unsubscribe-address.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { readCase } from "../../support/cases.ts";

const inboundEmail = "hello@in.example.com";

let app: TestApp;
let listener: Awaited<ReturnType<typeof listenForMail>>;
before(async () => {
  app = await testApp();
  for (const keyword of ["stop", "unsubscribe", "end", "please unsubscribe"]) {
    const rule = { channel: "email", keyword, action: "optOut", reply: "You are out." };
    const { status } = await app.call("POST", "/v1/rules", rule);
    assert.equal(status, 201);
  }
  const log = pino({ level: "silent" });
  const sql = app.database.sql;
  listener = await listenForMail(
    { port: 0, host: "127.0.0.1", inboundEmail },
    { sql, poke: () => {}, log },
  );
});
after(async () => {
  await listener.close();
  await app.end();
});

let count = 0;
const person = async () => {
  const email = `reader${count++}@example.com`;
  const { body } = await app.call("POST", "/v1/profiles", { email, optIn: { email: true } });
  return { email, id: body.id as string };
};
const isIn = async (id: string) => (await app.call("GET", `/v1/profiles/${id}`)).body.optIn.email;
const raw = (text: string) =>
  app.call("POST", "/v1/messages/inbounds", text.replace(/\r?\n/g, "\r\n"), {
    "Content-Type": "message/rfc822",
  });
const headers = (from: string, more: string[] = []) =>
  [
    `From: ${from}`,
    "To: Hello <hello@in.example.com>",
    `Message-ID: <${count++}@example.com>`,
    "Content-Type: text/plain; charset=utf-8",
    ...more,
  ].join("\n");

describe("a whole mail", () => {
  for (const [file, action, from] of [
    ["unsubscribe-subject.eml", "optOut", "jo@example.com"],
    ["html-only.eml", "optOut", "jo@example.com"],
    ["out-of-office.eml", "none", "jo@example.com"],
  ]) {
    it(`${file} has the action ${action}`, async () => {
      const { status, body } = await raw(readCase(file as string));
      assert.deepEqual([status, body.action, body.from], [201, action, from]);
    });
  }

  it("says what its writer wrote, without what it answers and the signature", async () => {
    const { email, id } = await person();
    const mail = `${headers(`"Reader, R." <${email}>`, ["Subject: Re: Stop paying too much"])}

Lovely, thank you!

On Wed, 25 Nov 2026 at 10:00, News <news@example.com> wrote:
> Stop paying too much.
> To unsubscribe: STOP

--
Unsubscribe Ltd`;
    const { body } = await raw(mail);
    assert.deepEqual([body.action, body.profileId], ["none", id]);
    assert.equal(body.body, "Re: Stop paying too much\n\nLovely, thank you!");
    assert.equal(await isIn(id), true);
  });

  it("of a list, a program or nobody changes nothing, and gets no reply", async () => {
    for (const header of [
      "List-Id: <bakers.example.org>",
      "Precedence: bulk",
      "Auto-Submitted: auto-generated",
      "X-Autoreply: yes",
      "Return-Path: <>",
      "Subject: Abwesenheitsnotiz: Rye is out",
    ]) {
      const { email, id } = await person();
      const { body } = await raw(`${headers(email, [header])}\n\nSTOP`);
      assert.deepEqual([body.action, body.reply, await isIn(id)], ["none", null, true], header);
    }
  });

  it("acts once, however often it is handed in", async () => {
    const { email } = await person();
    const mail = `${headers(email)}\n\nSTOP`;
    assert.equal((await raw(mail)).status, 201);
    assert.equal((await raw(mail)).status, 200);
  });
});

describe("a mail's fields", () => {
  const fields = async (more: object) => {
    const { email, id } = await person();
    const mail = { channel: "email", from: `Reader <${email}>`, to: inboundEmail, ...more };
    const { status, body } = await app.call("POST", "/v1/messages/inbounds", mail);
    return [status, body.action, await isIn(id)];
  };

  it("count: the subject, the text of the HTML, what says that a program wrote it", async () => {
    assert.deepEqual(await fields({ subject: "Unsubscribe", body: "" }), [201, "optOut", false]);
    assert.deepEqual(await fields({ subject: "Re: Rye", body: "Stop!" }), [201, "optOut", false]);
    assert.deepEqual(
      await fields({ html: "<p>Stop <b>it</b></p><blockquote>Hello</blockquote>" }),
      [201, "optOut", false],
    );
    assert.deepEqual(
      await fields({ subject: "Away", body: "End of year", autoSubmitted: "auto-replied" }),
      [201, "none", true],
    );
    assert.deepEqual(await fields({ body: "STOP", autoSubmitted: "no" }), [201, "optOut", false]);
  });

  it("are refused on another channel", async () => {
    const { status, body } = await app.call("POST", "/v1/messages/inbounds", {
      channel: "sms",
      from: "+447700900123",
      to: "60060",
      body: "Hello",
      subject: "Hello",
    });
    assert.deepEqual([status, body.issues[0].path], [422, "subject"]);
  });
});

describe("what a person wrote", () => {
  const cases: [name: string, mail: string, said: string][] = [
    ["below quoted lines", "On Monday, Ann <a@b.com> wrote:\n> Hi\n> there\n\nSTOP", "STOP"],
    [
      "in two lines of attribution",
      "No more\n\nAm Mo, 5. Jan\nAnn <a@b.de> schrieb:\n\nHallo",
      "No more",
    ],
    [
      "above Outlook's line",
      "Stop\n\n________________________________\nFrom: Ann <a@b.com>",
      "Stop",
    ],
    ["above the headers", "Stop\n\nVon: Ann <a@b.de>\nGesendet: Montag", "Stop"],
    ["from a phone", "Stop\n\nSent from my iPhone", "Stop"],
    ["with a colon in it", "What I mean:\nstop", "What I mean:\nstop"],
  ];
  for (const [name, mail, said] of cases)
    it(`${name} is ${JSON.stringify(said)}`, () => assert.equal(replyOf(mail), said));

  it("in HTML is its text, without the mail that it answers", () => {
    const html = `<style>p{}</style><div>Take me <i>off</i></div>
      <div class="gmail_quote">On Monday: <a href="https://x.example">Hello</a></div>`;
    assert.equal(textOfHtml(html).trim(), "Take me off");
  });

  it("is found in HTML however deep it is nested", () => {
    const style = "<style>p { color: red }</style>";
    const html = `${style}${"<div>".repeat(9000)}<b>Take</b>&nbsp;me <i>off</i>`;
    const quoted = "<blockquote>Hello</blockquote>";
    assert.equal(textOfHtml(`${html}${"</div>".repeat(9000)}${quoted}`).trim(), "Take me off");
    assert.equal(typeof textOfHtml("<div>".repeat(9000) + "<".repeat(50_000)), "string");
  });
});

describe("the address of List-Unsubscribe", () => {
  const sent = async (profileId: string) => {
    const [row] = await app.database.sql<[{ id: string }]>`
      insert into messages (profile_id, channel, require_opt_in, body, status)
      values (${profileId}, 'email', true, 'Hello', 'sent') returning id`;
    const key = await keptKey(app.database.sql, "unsubscribe_key");
    return { id: row.id, address: unsubscribeAddress(key, inboundEmail, row.id) };
  };

  it("opts out whom the message was for, whatever the mail says and from wherever", async () => {
    const { id } = await person();
    const { id: message, address } = await sent(id);
    await app.call("POST", "/v1/messages/inbounds", {
      channel: "email",
      from: "another.mailbox@example.com",
      to: address.toUpperCase(),
      body: "",
      autoSubmitted: "auto-generated",
    });
    assert.equal(await isIn(id), false);
    const [event] = (await app.call("GET", `/v1/profiles/${id}/events?limit=1`)).body.items;
    assert.deepEqual([event.source, event.actor.message], ["unsubscribe", message]);
  });

  it("is read whole, with our own seal, and never longer than a mailbox may be", () => {
    const address = unsubscribeAddress("key", `${"a".repeat(24)}@in.example.com`, "9".repeat(18));
    assert.ok(address.indexOf("@") <= 64);
    assert.equal(readUnsubscribeAddress("key", address), "9".repeat(18));
    assert.equal(readUnsubscribeAddress("other", address), undefined);
    assert.equal(readUnsubscribeAddress("key", address.replace("+u-", "+u-1")), undefined);
    assert.equal(isUnsubscribeAddress(inboundEmail), false);
  });

  it("that nobody sealed is an ordinary address", async () => {
    const { email, id } = await person();
    const { body } = await app.call("POST", "/v1/messages/inbounds", {
      channel: "email",
      from: email,
      to: `hello+u-1-${"0".repeat(20)}@in.example.com`,
      body: "Hello",
    });
    assert.deepEqual([body.action, await isIn(id)], ["none", true]);
  });
});

describe("the listener", () => {
  const client = () =>
    createTransport({ host: "127.0.0.1", port: listener.port, secure: false, ignoreTLS: true });

  test("takes a mail that another server hands over", async () => {
    const { email, id } = await person();
    await client().sendMail({
      from: `Reader <${email}>`,
      to: inboundEmail,
      subject: "Re: Rye is out",
      html: "<p>Please unsubscribe me</p><blockquote>Rye</blockquote>",
    });
    assert.equal(await isIn(id), false);
  });

  test("takes a mail program's mailto", async () => {
    const { email, id } = await person();
    await client().sendMail({ from: email, to: inboundEmail, subject: "unsubscribe" });
    assert.equal(await isIn(id), false);
  });

  test("takes no mail for another domain", async () => {
    await assert.rejects(
      client().sendMail({ from: "jo@example.com", to: "ann@elsewhere.example", text: "Hi" }),
      /550/,
    );
  });

  test("keeps a mail that is none, from whom SMTP names, so that it is not sent again", async () => {
    const { email, id } = await person();
    const { response } = await client().sendMail({
      envelope: { from: email, to: inboundEmail },
      raw: `From: ${email}\r\n${"X-Endless: header\r\n".repeat(100_000)}\r\nHello`,
    });
    assert.match(response, /^250/);
    const { items } = (await app.call("GET", `/v1/messages/inbounds?profileId=${id}`)).body;
    assert.deepEqual([items.length, items[0].from, items[0].body], [1, email, ""]);
  });

  test("refuses what is too large", async () => {
    const text = "x".repeat(11 * 1024 * 1024);
    await assert.rejects(
      client().sendMail({ from: "jo@example.com", to: inboundEmail, text }),
      /552|maximum/,
    );
  });
});

test("a subject that says yes opts nobody in whose text may well say no", async () => {
  const rule = { channel: "email", inbound: "*", keyword: "join", action: "optIn" };
  assert.equal((await app.call("POST", "/v1/rules", rule)).status, 201);
  const { status, body } = await app.call("POST", "/v1/messages/inbounds", {
    channel: "email",
    from: "torn@example.com",
    to: inboundEmail,
    subject: "Join",
    body: "lose my number",
  });
  assert.deepEqual([status, body.action, body.review], [201, "none", "likely"]);
});
