// Unsubscribe links, as people and as mail programs use them.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { keptKey } from "../../../server/access/secrets.ts";
import { readUnsubscribeToken, unsubscribeUrl } from "../../../server/links/unsubscribe.ts";
import type { Channel } from "../../../server/schemas/channels.ts";
import { type TestApp, testApp } from "../../support/app.ts";

const publicUrl = "https://optin.example.com/kit";
let app: TestApp;
let key: string;
let person: string;

before(async () => {
  const { build } = await import("../../../server/scripts/build.mjs");
  await build();
  app = await testApp({ publicUrl });
  key = await keptKey(app.database.sql, "unsubscribe_key");
});

after(() => app.end());

beforeEach(async () => {
  const { body } = await app.call("POST", "/v1/profiles", { optIn: { email: true, sms: true } });
  person = body.id;
});

const linkFor = (channel: Channel = "email", messageId: string | null = null, profileId = person) =>
  (unsubscribeUrl({ publicUrl, key }, { channel, profileId, messageId }) ?? "").replace(
    publicUrl,
    app.url,
  );

/** As a stranger's browser or mail program: without a key, a cookie or an origin. */
const use = (link: string, request: RequestInit = {}) =>
  fetch(link, { redirect: "manual", ...request });

const flag = async (channel: Channel = "email", profileId = person) => {
  const { body } = await app.call("GET", `/v1/profiles/${profileId}/optin`);
  return body.items.find((item: { channel: Channel }) => item.channel === channel);
};

const countEvents = async () =>
  (await app.call("GET", `/v1/profiles/${person}/events`)).body.items.length;

describe("a link", () => {
  it("stands below the public address", () => {
    const url = unsubscribeUrl(
      { publicUrl, key },
      { channel: "email", profileId: person, messageId: null },
    );
    assert.match(
      url ?? "",
      /^https:\/\/optin\.example\.com\/kit\/public\/unsubscribe\/[\w-]+\.[\w-]{43}$/,
    );
  });

  it("is not made where the public address is not https", () => {
    const insecure = { publicUrl: "http://localhost:8080", key };
    assert.equal(
      unsubscribeUrl(insecure, { channel: "email", profileId: person, messageId: null }),
      null,
    );
  });

  it("holds whatever id a profile may have", () => {
    const wish = { channel: "whatsApp", profileId: "a.b_c@d-E9", messageId: "4711" } as const;
    const token = unsubscribeUrl({ publicUrl, key }, wish)?.split("/").at(-1) ?? "";
    assert.deepEqual(readUnsubscribeToken(key, token), wish);
  });

  it("outlives the rotation of SECRET and a restart", async () => {
    const rotated = await testApp({
      publicUrl,
      secrets: ["quite another secret"],
      sql: app.database.sql,
    });
    const response = await use(linkFor().replace(app.url, rotated.url), { method: "POST" });
    await rotated.end();
    assert.equal(response.status, 200);
    assert.equal((await flag()).optedIn, false);
  });
});

describe("opening a link", () => {
  for (const method of ["GET", "HEAD"]) {
    it(`changes nothing by ${method}`, async () => {
      const before = await countEvents();
      assert.equal((await use(linkFor(), { method })).status, 200);
      assert.equal((await flag()).optedIn, true);
      assert.equal(await countEvents(), before);
    });
  }

  it("shows one button that posts to the same address, and no script", async () => {
    const html = await (await use(linkFor())).text();
    assert.equal(html.match(/<button/g)?.length, 1);
    assert.match(html, /<form class="card" method="post">/);
    assert.doesNotMatch(html, /<script/);
  });

  it("says which messages will end", async () => {
    assert.match(await (await use(linkFor("sms"))).text(), /Stop text messages\?/);
  });

  it("speaks the language of the browser, or of the address", async () => {
    const german = await use(linkFor(), { headers: { "Accept-Language": "de-AT, en;q=0.5" } });
    assert.match(await german.text(), /<html lang="de" dir="ltr">[\s\S]*E-Mails abbestellen\?/);
    const arabic = await use(`${linkFor()}?lang=ar`, { headers: { "Accept-Language": "de" } });
    assert.match(await arabic.text(), /<html lang="ar" dir="rtl">/);
  });

  it("leads to the person's preferences, which give and erase no data", async () => {
    const html = await (await use(linkFor())).text();
    const [, token = ""] = /embed\/preferences\?token=([\w.-]+)/.exec(html) ?? [];
    const headers = { Authorization: `Bearer ${token}` };
    const shown = await app.call("GET", "/public/preferences", undefined, headers);
    const copy = await app.call("GET", "/public/preferences/copy", undefined, headers);
    assert.deepEqual([shown.status, copy.status], [200, 403]);
  });

  it("leads nowhere where the person is nobody's profile any more", async () => {
    await app.call("DELETE", `/v1/profiles/${person}`);
    assert.doesNotMatch(await (await use(linkFor())).text(), /<a /);
  });

  it("names the business where it is known", async () => {
    const named = await testApp({ publicUrl, businessName: "Salt & Crumb", sql: app.database.sql });
    const html = await (await use(linkFor().replace(app.url, named.url))).text();
    await named.end();
    assert.match(html, /<p class="business" dir="auto">Salt &#38; Crumb<\/p>/);
  });

  it("hands the link to nobody else", async () => {
    const { headers } = await use(linkFor());
    assert.equal(headers.get("Referrer-Policy"), "no-referrer");
    assert.equal(headers.get("Cache-Control"), "no-store");
    assert.match(
      headers.get("Content-Security-Policy") ?? "",
      /default-src 'none'.*frame-ancestors 'none'/,
    );
  });
});

describe("posting to a link", () => {
  const multipart = new FormData();
  multipart.set("List-Unsubscribe", "One-Click");
  const bodies: [string, RequestInit][] = [
    ["one click, urlencoded", { body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) }],
    ["one click, multipart", { body: multipart }],
    ["the page's own form", { body: new URLSearchParams() }],
    ["no body at all", {}],
    [
      "an origin that is not ours",
      { headers: { Origin: "https://mail.example.org", "Sec-Fetch-Site": "cross-site" } },
    ],
    ["a sandboxed page's origin", { headers: { Origin: "null" } }],
  ];
  for (const [what, request] of bodies) {
    it(`opts out at once, by ${what}`, async () => {
      const response = await use(linkFor(), { method: "POST", ...request });
      assert.equal(response.status, 200);
      assert.match(await response.text(), /You are unsubscribed/);
      assert.equal((await flag()).optedIn, false);
    });
  }

  it("opts out of that channel alone", async () => {
    await use(linkFor("email"), { method: "POST" });
    assert.equal((await flag("sms")).optedIn, true);
  });

  it("is in the history, with the message that it came with", async () => {
    await use(linkFor("email", "4711"), { method: "POST" });
    const { source, actor } = await flag();
    assert.deepEqual([source, actor], ["unsubscribe", { message: "4711" }]);
  });

  it("again changes nothing", async () => {
    await use(linkFor(), { method: "POST" });
    const before = await countEvents();
    assert.equal((await use(linkFor(), { method: "POST" })).status, 200);
    assert.equal(await countEvents(), before);
  });

  it("is for good also where nobody had opted in", async () => {
    await use(linkFor("rcs"), { method: "POST" });
    assert.equal((await flag("rcs")).source, "unsubscribe");
  });

  it("leaves the carrier's own block in place", async () => {
    await app.database.sql`
      select set_flags(${person}, '{"sms": false}', 'carrier', '{}', null, null)`;
    await use(linkFor("sms"), { method: "POST" });
    assert.equal((await flag("sms")).source, "carrier");
  });

  it("is never too often", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await use(linkFor(), { method: "POST" })).status),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
  });

  it("finds the person whose profile was merged into another", async () => {
    const { body: other } = await app.call("POST", "/v1/profiles", { optIn: { email: true } });
    const [message] = await app.database.sql<[{ id: string }]>`
      insert into messages (profile_id, channel, require_opt_in, body, status)
      values (${other.id}, 'email', true, 'Hello', 'sent') returning id`;
    await app.call("DELETE", `/v1/profiles/${person}`);
    const response = await use(linkFor("email", message.id), { method: "POST" });
    assert.equal(response.status, 200);
    assert.equal((await flag("email", other.id)).optedIn, false);
  });

  it("says so where the person is nobody's profile any more", async () => {
    await app.call("DELETE", `/v1/profiles/${person}`);
    const response = await use(linkFor(), { method: "POST" });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /not on our list/);
  });

  it("is committed before it is answered", async () => {
    // A commit that waits: the flag is locked by another transaction, so the answer must wait for
    // it too.
    let answered = false;
    let posted: Promise<Response> | undefined;
    await app.database.sql.begin(async (tx) => {
      await tx`select from flags where profile_id = ${person} and channel = 'email' for share`;
      posted = use(linkFor(), { method: "POST" }).finally(() => {
        answered = true;
      });
      for (let waiting = 0; waiting === 0; ) {
        const [row] = await app.database.sql<[{ waiting: number }]>`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        waiting = row.waiting;
      }
      assert.equal(answered, false);
    });
    assert.equal((await posted)?.status, 200);
    assert.equal((await flag()).optedIn, false);
  });
});

describe("a link that is not ours", () => {
  const spoilt: [string, (token: string) => string][] = [
    ["cut short", (token) => token.slice(0, -1)],
    ["with another letter", (token) => (token.startsWith("c") ? "d" : "c") + token.slice(1)],
    ["with more", (token) => `${token}A`],
    ["without its seal", (token) => token.split(".")[0] ?? ""],
    [
      "sealed by another key",
      () =>
        unsubscribeUrl(
          { publicUrl, key: "other" },
          { channel: "email", profileId: person, messageId: null },
        )
          ?.split("/")
          .at(-1) ?? "",
    ],
  ];
  for (const [what, spoil] of spoilt) {
    it(`does nothing ${what}, and says so in plain words`, async () => {
      const link = linkFor();
      const token = link.split("/").at(-1) ?? "";
      for (const method of ["GET", "POST"]) {
        const response = await use(link.replace(token, spoil(token)), { method });
        assert.equal(response.status, 404);
        assert.match(await response.text(), /This link does not work/);
      }
      assert.equal((await flag()).optedIn, true);
    });
  }

  it("is not logged", () => {
    assert.ok(app.logged.length > 0);
    assert.deepEqual(
      app.logged.filter((line) => /unsubscribe\/[\w-]+\./.test(line)),
      [],
    );
  });
});
