// The SMTP transport against a real server.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { SmtpSettings } from "../../../server/env/smtp.ts";
import { asMarkdown, fillIn, isMarkdown } from "../../../server/messages/content.ts";
import { deadline } from "../../../server/transports/deadline.ts";
import type { UnsubscribeAddress } from "../../../server/transports/mail.ts";
import { smtp } from "../../../server/transports/smtp.ts";
import type { Outgoing, Transport } from "../../../server/transports/transport.ts";
import { cert, key } from "../../support/certificate.ts";
import { apiKey, call } from "../../support/crowd.ts";
import { temporaryFolder } from "../../support/database.ts";
import { verifyDkim } from "../../support/dkim.ts";
import { type MailServer, mailServer } from "../../support/mail-server.ts";
import { outgoing } from "../../support/outgoing.ts";
import { startServer } from "../../support/server.ts";
import { until } from "../../support/until.ts";

const open: (MailServer | Transport)[] = [];
const unsubscribeUrl =
  "https://optin.example.com/public/unsubscribe/YWRhLjEuMg.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

after(async () => {
  for (const one of open.reverse()) await ("end" in one ? one.end() : one.close());
});

async function receive(options: Parameters<typeof mailServer>[0] = {}) {
  const server = await mailServer(options);
  open.push(server);
  return server;
}

function sender(
  port: number,
  over: Partial<SmtpSettings> = {},
  more: {
    connections?: number;
    patience?: { start: number; silence: number; answer: number };
    unsubscribeAddress?: UnsubscribeAddress;
  } = {},
) {
  const settings: SmtpSettings = {
    host: "127.0.0.1",
    port,
    secure: false,
    login: undefined,
    from: { name: "Corner Café", address: "hello@example.com" },
    dkim: undefined,
    business: { name: "Corner Café Ltd", address: "1 High Street, London W1, UK" },
    ...over,
  };
  const transport = smtp(settings, { connections: 2, ...more });
  open.push(transport);
  return transport;
}

const mail = (over: Partial<Outgoing> = {}) =>
  outgoing({ channel: "email", to: "ada@example.net", title: "Hello", unsubscribeUrl, ...over });

/** What arrives of a mail. */
async function arriving(
  over: Partial<Outgoing> = {},
  settings: Partial<SmtpSettings> = {},
  more: Parameters<typeof sender>[2] = {},
) {
  const { port, mails } = await receive();
  assert.deepEqual(await sender(port, settings, more).begin(mail(over)), { status: "sent" });
  const [arrived = assert.fail()] = mails;
  return arrived;
}

/**
 * How the answers of a server that sends these lines are understood; after `upTo` of them it does
 * what `then` says.
 */
async function outcome(then: (socket: Socket, command: string) => void) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      for (const command of text.split("\r\n").filter(Boolean)) then(socket, command);
    });
    socket.write("220 mail.example.net\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const patience = { start: 1000, silence: 500, answer: 900 };
  const result = await sender(port, {}, { connections: 1, patience }).begin(mail());
  server.close();
  return result;
}

const polite =
  (answers: Record<string, (socket: Socket) => void>) => (socket: Socket, command: string) => {
    const [verb = ""] = command.split(" ");
    const own = answers[verb];
    if (own) own(socket);
    else if (verb === "DATA") socket.write("354 go\r\n");
    else if (/^(EHLO|MAIL|RCPT|RSET|\.)/.test(command)) socket.write("250 ok\r\n");
  };

describe("a mail", () => {
  it("has the text that was written", async () => {
    const body = `Hi Ada — ünï 🎉\n\n.\nFrom here\n  indented, trailing  \n=3D & <b>no html</b> ${"long ".repeat(300)}`;
    const { parsed } = await arriving({ body, requireOptIn: false });
    assert.equal(parsed.text, `${body}\n`);
    assert.equal(parsed.html, false);
  });

  it("is plain text in UTF-8, in one part", async () => {
    const { raw } = await arriving({ body: "Grüße" });
    assert.match(raw, /^Content-Type: text\/plain; charset=utf-8\r$/m);
  });

  it("goes from us to the person only", async () => {
    const { parsed, from, to } = await arriving();
    assert.deepEqual([from, to], ["hello@example.com", ["ada@example.net"]]);
    assert.equal(parsed.from?.text, '"Corner Café" <hello@example.com>');
    assert.equal((parsed.to as { text: string }).text, "ada@example.net");
  });

  it("has an id made from ours", async () => {
    assert.equal((await arriving({ id: "4711" })).parsed.messageId, "<4711@example.com>");
  });

  it("replies to the address that the message answers for", async () => {
    assert.equal(
      (await arriving({ sender: "shop@example.org" })).parsed.replyTo?.value[0]?.address,
      "shop@example.org",
    );
  });

  it("has no other headers, whatever the title contains", async () => {
    const title = "Hi\r\nBcc: eve@example.net\r\n\r\n<script>\u0000\u2028end";
    const { parsed, to } = await arriving({ title });
    assert.equal(parsed.subject, "Hi  Bcc: eve@example.net    <script>  end");
    assert.equal(parsed.headers.has("bcc"), false);
    assert.deepEqual(to, ["ada@example.net"]);
  });

  it("has no other headers, whatever the body contains", async () => {
    const { parsed } = await arriving({
      body: "\r\nBcc: eve@example.net\r\n.\r\nMAIL FROM:<x@y.z>\r\n",
    });
    assert.equal(parsed.headers.has("bcc"), false);
    assert.match(parsed.text ?? "", /Bcc: eve@example\.net\n\.\nMAIL FROM:<x@y\.z>/);
  });
});

describe("the unsubscribe link", () => {
  it("is in both headers of RFC 8058, unfolded", async () => {
    const { raw } = await arriving();
    const lines = raw.split("\r\n");
    assert.ok(lines.includes(`List-Unsubscribe: <${unsubscribeUrl}>`));
    assert.ok(lines.includes("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
  });

  it("is below the body, with the business and its postal address", async () => {
    const { parsed } = await arriving({ body: "News!" });
    assert.equal(
      parsed.text,
      `News!\n\nCorner Café Ltd, 1 High Street, London W1, UK\nUnsubscribe: ${unsubscribeUrl}\n`,
    );
  });

  it("is where the body has it, and not twice; the postal address is always there", async () => {
    const { parsed } = await arriving({ body: `Leave at ${unsubscribeUrl}, any time.` });
    assert.equal(
      parsed.text,
      `Leave at ${unsubscribeUrl}, any time.\n\nCorner Café Ltd, 1 High Street, London W1, UK\n`,
    );
  });

  it("is in the language of the person", async () => {
    const { parsed } = await arriving({ body: "Neues!", language: "de" });
    assert.match(parsed.text ?? "", /\nAbmelden: https:/);
  });

  it("has a mail address, too, if there is one for it, even without a link", async () => {
    const unsubscribeAddress = (id: string) => `hello+u-${id}@in.example.com`;
    const mailto = "<mailto:hello+u-4711@in.example.com?subject=unsubscribe>";
    const both = (await arriving({}, {}, { unsubscribeAddress })).raw.split("\r\n");
    assert.ok(both.includes(`List-Unsubscribe: ${mailto}, <${unsubscribeUrl}>`));
    const one = await arriving({ unsubscribeUrl: null }, {}, { unsubscribeAddress });
    assert.ok(one.raw.split("\r\n").includes(`List-Unsubscribe: ${mailto}`));
    assert.doesNotMatch(one.raw, /List-Unsubscribe-Post/);
    assert.match(one.parsed.text ?? "", /Unsubscribe: mailto:hello\+u-4711@in\.example\.com\n/);
  });

  it("comes with the ids by which mailbox providers recognise a list", async () => {
    const { raw } = await arriving();
    assert.match(raw, /^List-ID: <opt-in\.example\.com>\r$/m);
    assert.match(raw, /^Feedback-ID: email:opt-in:kit:example\.com\r$/m);
  });

  it("is absent if no opt-in was required", async () => {
    const { raw, parsed } = await arriving({ requireOptIn: false });
    assert.doesNotMatch(raw, /List-Unsubscribe/i);
    assert.equal(parsed.text, "Hello Ada\n");
  });
});

describe("a mail in Markdown", () => {
  const written = async (markdown: string) => {
    const { parsed } = await arriving({ body: "Rye is **out**", markdown });
    return { text: parsed.text ?? "", html: parsed.html || "" };
  };

  it("goes out as text and as HTML, each with the footer", async () => {
    const { text, html } = await written("Rye is **out**\nof the [oven](https://shop.example/rye)");
    assert.match(text, /^Rye is \*\*out\*\*\n\nCorner Café Ltd, 1 High Street/);
    assert.match(html, /Rye is <strong>out<\/strong><br>of the <a href="https:\/\/shop/);
    assert.match(html, /London W1, UK<br>\n<a href="https:[^"]+">Unsubscribe<\/a>/);
  });

  it("lets nothing pass but what Markdown makes", async () => {
    const { html } = await written(
      [
        "<script>alert(1)</script> <img src=x onerror=y> [a](javascript:alert(2))",
        '![pixel](https://x.y/z) [b](https://x.y/"onclick="z) <https://x.y/"><b>',
      ].join(" "),
    );
    assert.doesNotMatch(html, /<script|<img|href="javascript|"onclick|<b>/i);
    assert.match(html, /&lt;script&gt;/);
  });

  it("takes a property for text, whatever somebody called themselves", async () => {
    const name = "[prize](https://evil.example) **B** www.evil.example <b> a_b_c\n# Hi";
    const fields = { profile: { name }, unsubscribeUrl: null };
    const { html } = await written(fillIn("Dear *{{profile.name}}*", fields, asMarkdown));
    assert.match(html, /<em>\[prize\]\(https:\/\/evil\.example\) \*\*B\*\* www\.evil/);
    assert.match(html, /&lt;b&gt; a_b_c # Hi<\/em>/);
    assert.doesNotMatch(html, /href="https:\/\/evil|<strong>|<h1/);
  });

  it("is one of the email channel whose customBody says so", () => {
    assert.equal(isMarkdown("email", { format: "markdown" }), true);
    for (const [channel, customBody] of [
      ["sms", { format: "markdown" }],
      ["email", { format: "text" }],
      ["email", null],
      ["email", "markdown"],
    ] as const)
      assert.equal(isMarkdown(channel, customBody), false);
  });

  it("is not there where nobody wrote Markdown", async () => {
    assert.equal((await arriving({ body: "Rye is **out**" })).parsed.html, false);
  });
});

describe("a signature", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const dkim = {
    domain: "example.com",
    selector: "optin",
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };

  it("is valid, and covers both unsubscribe headers", async () => {
    const { raw } = await arriving(
      { title: "Grüße aus dem Café", body: "Ünï\n\nbye  \n" },
      { dkim },
    );
    const { intact, signed } = verifyDkim(raw, publicKey);
    assert.ok(intact);
    for (const name of ["from", "to", "subject", "list-unsubscribe", "list-unsubscribe-post"]) {
      assert.ok(signed.includes(name), name);
    }
    assert.match(raw, /d=example\.com;[\s\S]*s=optin;/);
  });

  it("is invalid once the link has changed", async () => {
    const { raw } = await arriving({}, { dkim });
    const changed = raw.replace(
      "List-Unsubscribe: <https://optin",
      "List-Unsubscribe: <https://evil",
    );
    assert.notEqual(changed, raw);
    assert.equal(verifyDkim(changed, publicKey).intact, false);
  });
});

describe("the server's answer", () => {
  it("550 means failed, with its text but without the address", async () => {
    const { port } = await receive({
      onRcptTo: (_address, _session, callback) =>
        callback(
          Object.assign(new Error("5.1.1 <ADA@example.net>: no mailbox here by the name of ada"), {
            responseCode: 550,
          }),
        ),
    });
    assert.deepEqual(await sender(port).begin(mail()), {
      status: "failed",
      reason: "SMTP: 550 5.1.1 <[address]>: no mailbox here by the name of [address]",
    });
  });

  it("450 means later", async () => {
    const { port } = await receive({
      onRcptTo: (_address, _session, callback) =>
        callback(Object.assign(new Error("4.2.0 greylisted"), { responseCode: 450 })),
    });
    assert.deepEqual(await sender(port).begin(mail()), {
      status: "retry",
      reason: "SMTP: 450 4.2.0 greylisted",
    });
  });

  it("a refusal after the whole mail is a refusal", async () => {
    const { port } = await receive({
      onData(stream, _session, callback) {
        stream.resume();
        stream.on("end", () =>
          callback(Object.assign(new Error("5.7.1 spam"), { responseCode: 554 })),
        );
      },
    });
    assert.equal((await sender(port).begin(mail())).status, "failed");
  });

  it("a connection lost during the mail is unknown", async () => {
    const result = await outcome(polite({ "From:": (socket) => socket.destroy() }));
    assert.equal(result.status, "unknown");
    const after = await outcome(polite({ ".": (socket) => socket.destroy() }));
    assert.equal(after.status, "unknown");
  });

  it("silence during the mail is unknown", async () => {
    assert.equal((await outcome(polite({ ".": () => {} }))).status, "unknown");
  });

  it("an endless answer during the mail is unknown", async () => {
    let talking: NodeJS.Timeout | undefined;
    const result = await outcome(
      polite({
        ".": (socket) => {
          talking = setInterval(() => socket.write("250-wait\r\n"), 50);
        },
      }),
    );
    clearInterval(talking);
    assert.deepEqual(result, { status: "unknown", reason: "SMTP: no answer in time" });
  });

  it("a connection lost before means later", async () => {
    assert.equal((await outcome(polite({ DATA: (socket) => socket.destroy() }))).status, "retry");
    assert.equal((await outcome(polite({ EHLO: (socket) => socket.destroy() }))).status, "retry");
  });

  it("silence before means later", async () => {
    assert.equal((await outcome(polite({ MAIL: () => {} }))).status, "retry");
  });

  it("an unreachable server means later", async () => {
    const gone = await mailServer();
    await gone.end();
    assert.deepEqual(await sender(gone.port).begin(mail()), {
      status: "retry",
      reason: "SMTP: ECONNREFUSED",
    });
  });

  it("a greeting that refuses us means later", async () => {
    const { port } = await receive({
      onConnect: (_session, callback) =>
        callback(Object.assign(new Error("no service"), { responseCode: 554 })),
    });
    assert.equal((await sender(port).begin(mail())).status, "retry");
  });

  it("an untrusted certificate means later, and nothing was revealed", async () => {
    const { port, mails } = await receive({ secure: true });
    assert.equal((await sender(port, { secure: true }).begin(mail())).status, "retry");
    assert.equal(mails.length, 0);
  });
});

describe("a password", () => {
  const login = { user: "us", password: "correct horse" };
  const withLogin: Parameters<typeof mailServer>[0] = {
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) =>
      username === "us" && password === "correct horse"
        ? callback(null, { user: "us" })
        : callback(Object.assign(new Error("5.7.8 no"), { responseCode: 535 })),
  };

  it("signs us in", async () => {
    const { port } = await receive(withLogin);
    assert.deepEqual(await sender(port, { login }).begin(mail()), { status: "sent" });
  });

  it("is sent after STARTTLS to a server with a trusted certificate, and the mail follows", async () => {
    const said: boolean[] = [];
    const { port, mails } = await receive({
      ...withLogin,
      disabledCommands: [],
      allowInsecureAuth: false,
      key,
      cert,
      onAuth: ({ password }, { secure }, callback) => {
        said.push(secure && password === login.password);
        callback(null, { user: "us" });
      },
    });
    const folder = temporaryFolder();
    writeFileSync(join(folder, "certificate.pem"), cert);
    const server = await startServer({
      env: {
        // Trusted certificates are read when a process starts.
        NODE_EXTRA_CA_CERTS: join(folder, "certificate.pem"),
        API_KEY: apiKey,
        TRANSPORT_EMAIL: "smtp",
        SMTP_URL: `smtp://us:${encodeURIComponent(login.password)}@localhost:${port}`,
        SMTP_FROM: "Corner Café <hello@example.com>",
        BUSINESS_NAME: "Corner Café Ltd",
        BUSINESS_ADDRESS: "1 High Street, London W1, UK",
      },
    });
    try {
      const message = { to: { email: "ada@example.net" }, rules: ["email"], body: "Hello" };
      assert.equal((await call(server, "POST", "/v1/messages", message)).status, 201);
      await until("the mail", () => mails.length === 1);
      assert.deepEqual(said, [true]);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it("that is wrong means later, when somebody has corrected it", async () => {
    const { port } = await receive(withLogin);
    const wrong = { user: "us", password: "wrong" };
    assert.equal((await sender(port, { login: wrong }).begin(mail())).status, "retry");
  });

  it("is not sent over a connection that anybody can read", async () => {
    const heard: string[] = [];
    const { port, connections } = await receive({
      ...withLogin,
      onAuth: ({ password }, _session, callback) => {
        heard.push(password ?? "");
        callback(null, { user: "us" });
      },
    });
    // Another spelling of 127.0.0.1, which we do not recognise as this machine's own.
    const result = await sender(port, { login, host: "127.1" }).begin(mail());
    assert.deepEqual([result.status, connections()], ["retry", 1]);
    assert.deepEqual(heard, []);
  });
});

describe("its connections", () => {
  it("are limited, and a call occupies one until it is answered", async () => {
    const waiting: (() => void)[] = [];
    const { port, connections } = await receive({
      onMailFrom: (_address, _session, callback) => waiting.push(callback) && undefined,
    });
    const transport = sender(port);
    assert.equal(transport.free(), 2);
    const calls = [transport.begin(mail()), transport.begin(mail())];
    assert.equal(transport.free(), 0);
    assert.deepEqual(await transport.begin(mail()), {
      status: "retry",
      reason: "SMTP: no free connection",
    });
    while (waiting.length < 2) await new Promise(setImmediate);
    for (const go of waiting) go();
    await Promise.all(calls);
    assert.equal(transport.free(), 2);
    assert.equal(connections(), 2);
  });

  it("send nothing after the deadline of the decision", async () => {
    const { port, mails } = await receive();
    const transport = sender(port);
    await transport.begin(mail());
    const hold = { begun() {}, until: deadline(-1), lost: new AbortController().signal };
    assert.deepEqual(await transport.begin(mail(), hold), {
      status: "retry",
      reason: "SMTP: no connection in time",
    });
    assert.equal(mails.length, 1);
  });

  it("are kept, even after a refusal", async () => {
    const { port, connections, mails } = await receive({
      onRcptTo: ({ address }, _session, callback) =>
        callback(
          address.startsWith("no") ? Object.assign(new Error("no"), { responseCode: 550 }) : null,
        ),
    });
    const transport = sender(port, {}, { connections: 1 });
    for (const to of [
      "one@example.net",
      "no@example.net",
      "two@example.net",
      "no@example.net",
      "three@example.net",
    ]) {
      await transport.begin(mail({ to }));
      while (transport.free() === 0) await new Promise(setImmediate);
    }
    assert.deepEqual(
      mails.map(({ to: [to] }) => to),
      ["one@example.net", "two@example.net", "three@example.net"],
    );
    assert.equal(connections(), 1);
  });

  it("are reopened after the server closed them", async () => {
    const { port, server, mails } = await receive();
    const transport = sender(port, {}, { connections: 1 });
    await transport.begin(mail());
    const [connection = assert.fail()] = server.connections;
    connection.close();
    let outcome = await transport.begin(mail());
    while (outcome.status === "retry") outcome = await transport.begin(mail());
    assert.deepEqual([outcome.status, mails.length], ["sent", 2]);
  });

  it("that are too late send nothing, occupy their place meanwhile, and serve the next call", async () => {
    let greet: (() => void) | undefined;
    const { port, mails, connections } = await receive({
      onConnect: (_session, callback) => {
        greet = callback;
      },
    });
    const patience = { start: 100, silence: 9000, answer: 9000 };
    const transport = sender(port, {}, { connections: 1, patience });
    assert.deepEqual(await transport.begin(mail({ id: "1" })), {
      status: "retry",
      reason: "SMTP: no connection in time",
    });
    assert.equal(transport.free(), 0);
    while (!greet) await new Promise(setImmediate);
    greet();
    while (transport.free() === 0) await new Promise(setImmediate);
    await transport.begin(mail({ id: "2" }));
    assert.deepEqual(
      mails.map(({ parsed }) => parsed.messageId),
      ["<2@example.com>"],
    );
    assert.equal(connections(), 1);
  });
});
