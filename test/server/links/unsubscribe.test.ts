// Unsubscribe links, as people and as mail programs use them.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { keptKey } from "../../../server/access/secrets.ts";
import {
  readUnsubscribeToken,
  type Unsubscription,
  unsubscribeUrl,
} from "../../../server/links/unsubscribe.ts";
import type { Channel } from "../../../server/schemas/channels.ts";
import { formBody, type TestApp, testApp } from "../../support/app.ts";
import { readCases } from "../../support/cases.ts";
import { sealedUnsubscribeUrl, sentMessage } from "../../support/links.ts";
import { until } from "../../support/until.ts";

const publicUrl = "https://optin.example.com/kit";
let app: TestApp;
let key: string;
let person: string;
let number = 0;
let messages: Record<"email" | "sms" | "rcs", Unsubscription>;

before(async () => {
  const { build } = await import("../../../server/scripts/build.mjs");
  await build();
  app = await testApp({ publicUrl });
  key = await keptKey(app.database.sql, "unsubscribe_key");
});

after(() => app.end());

beforeEach(async () => {
  number += 1;
  const profile = {
    phoneNumber: `+4477009${String(number).padStart(5, "0")}`,
    email: `Ann.${number}@example.com`,
    optIn: { email: true, sms: true },
  };
  const { body } = await app.call("POST", "/v1/profiles", profile);
  person = body.id;
  messages = {
    email: await sentMessage(app.database.sql, { profileId: person }),
    sms: await sentMessage(app.database.sql, { profileId: person, channel: "sms" }),
    rcs: await sentMessage(app.database.sql, { profileId: person, channel: "rcs" }),
  };
});

/** The link in the person's message on a channel. */
const linkFor = (channel: "email" | "sms" | "rcs" = "email", over: Partial<Unsubscription> = {}) =>
  (unsubscribeUrl({ publicUrl, key }, { ...messages[channel], ...over }) ?? "").replace(
    publicUrl,
    app.url,
  );

/** The same, as version 0.1 made it. */
const sealedLink = () => sealedUnsubscribeUrl({ publicUrl: app.url, key }, messages.email);

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
  it("is below the public address", () => {
    const url = unsubscribeUrl({ publicUrl, key }, messages.email);
    assert.match(
      url ?? "",
      /^https:\/\/optin\.example\.com\/kit\/public\/unsubscribe\/[\w-]{90,200}$/,
    );
  });

  it("reveals neither the address nor the person", () => {
    const token = linkFor().split("/").at(-1) ?? "";
    const inside = Buffer.from(token, "base64url").toString("latin1");
    for (const told of ["example.com", person, "email"]) {
      assert.equal((token + inside).includes(told), false, told);
    }
  });

  it("is not made if the public address is not https", () => {
    const insecure = { publicUrl: "http://localhost:8080", key };
    assert.equal(unsubscribeUrl(insecure, messages.email), null);
  });

  it("works for any id and address that a profile may have", () => {
    const wish = {
      channel: "whatsApp",
      profileId: "a.b_c@d-E9",
      messageId: "4711",
      address: `o'neil/+"ü" @x.de`,
    } as const;
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

/** Ways in which a message's address comes to another profile, or to the same id again. */
const changesOfHands: [string, () => Promise<{ id: string }>][] = [
  [
    "the profile was deleted and made anew",
    async () => {
      const { body: before } = await app.call("GET", `/v1/profiles/${person}`);
      await app.call("DELETE", `/v1/profiles/${person}`);
      const { phoneNumber, email, optIn } = before;
      return (await app.call("POST", "/v1/profiles", { phoneNumber, email, optIn })).body;
    },
  ],
  [
    "the profile was deleted and made anew with the same id",
    async () => {
      const { body: before } = await app.call("GET", `/v1/profiles/${person}`);
      await app.call("DELETE", `/v1/profiles/${person}`);
      const { id, phoneNumber, email, optIn } = before;
      return (await app.call("POST", "/v1/profiles", { id, phoneNumber, email, optIn })).body;
    },
  ],
  [
    "the address moved to another profile",
    async () => {
      const { body: before } = await app.call("GET", `/v1/profiles/${person}`);
      await app.call("PATCH", `/v1/profiles/${person}`, { email: null });
      const email = before.email.toLowerCase();
      return (await app.call("POST", "/v1/profiles", { email, optIn: { email: true } })).body;
    },
  ],
];

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

  it("says which messages will stop", async () => {
    assert.match(await (await use(linkFor("sms"))).text(), /Stop text messages\?/);
  });

  it("speaks the language of the browser, or of the address", async () => {
    const german = await use(linkFor(), { headers: { "Accept-Language": "de-AT, en;q=0.5" } });
    assert.match(await german.text(), /<html lang="de" dir="ltr">[\s\S]*E-Mails abbestellen\?/);
    const arabic = await use(`${linkFor()}?lang=ar`, { headers: { "Accept-Language": "de" } });
    assert.match(await arabic.text(), /<html lang="ar" dir="rtl">/);
  });

  const { cases } = readCases<{ cases: { method: string; url: string; expected: string }[] }>(
    "unsubscribe-links",
  );
  for (const { method, url, expected } of cases) {
    it(`${method} of ${url}: ${expected}`, async () => {
      const sealed = url.includes("%2E");
      const link = sealed ? sealedLink().replace(/\.(?=[^./]*$)/, "%2E") : linkFor();
      const [, rest = ""] = /^link(?: with)?([?.)]\S*)?/.exec(url) ?? [];
      const response = await use(link + rest, {
        method,
        ...(url.includes("One-Click")
          ? { body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) }
          : {}),
      });
      assert.equal(response.status, 200);
      assert.equal((await flag()).optedIn, expected !== "out");
      if (expected === "asks") assert.match(await response.text(), /<button/);
    });
  }

  it("leads to preferences that only turn off, and say how to turn on", async () => {
    const html = await (await use(linkFor(), { method: "POST" })).text();
    const [, token = ""] = /embed\/preferences\?token=([\w.-]+)/.exec(html) ?? [];
    const headers = { Authorization: `Bearer ${token}` };
    const set = (optIn: object) => app.call("PUT", "/public/preferences", { optIn }, headers);
    const { items } = (await app.call("GET", "/public/preferences", undefined, headers)).body;
    const email = items.find((one: { channel: string }) => one.channel === "email");
    assert.deepEqual([email.changeable, email.why], [false, "own_link"]);
    const refused = await set({ email: true, sms: false });
    assert.deepEqual([refused.status, refused.body.code], [403, "forbidden"]);
    assert.deepEqual([(await flag()).optedIn, (await flag("sms")).optedIn], [false, false]);
    const [event] = (await app.call("GET", `/v1/profiles/${person}/events?limit=1`)).body.items;
    assert.deepEqual(
      [event.channel, event.source, event.actor.message],
      ["sms", "preferences", messages.email.messageId],
    );
    const own = (await app.call("POST", `/v1/profiles/${person}/links`, { for: "preferences" }))
      .body;
    const bearer = { Authorization: `Bearer ${new URL(own.url).searchParams.get("token")}` };
    assert.equal(
      (await app.call("PUT", "/public/preferences", { optIn: { email: true } }, bearer)).status,
      200,
    );
    assert.equal((await flag()).optedIn, true);
  });

  it("links to the person's preferences, which reveal and erase no data", async () => {
    const html = await (await use(linkFor())).text();
    const [, token = ""] = /embed\/preferences\?token=([\w.-]+)/.exec(html) ?? [];
    const headers = { Authorization: `Bearer ${token}` };
    const shown = await app.call("GET", "/public/preferences", undefined, headers);
    const copy = await app.call("GET", "/public/preferences/copy", undefined, headers);
    assert.deepEqual([shown.status, copy.status], [200, 403]);
  });

  it("links nowhere if the person has no profile any more", async () => {
    await app.call("DELETE", `/v1/profiles/${person}`);
    for (const link of [linkFor(), sealedLink()])
      assert.doesNotMatch(await (await use(link)).text(), /<a /);
  });

  for (const [what, change] of changesOfHands) {
    it(`shows nothing of another person: ${what}`, async () => {
      await change();
      for (const method of ["GET", "POST"]) {
        const page = await (await use(linkFor(), { method })).text();
        assert.doesNotMatch(page, /<a /, method);
      }
    });
  }

  it("of version 0.1 shows nothing of a later profile of the same id", async () => {
    await app.call("DELETE", `/v1/profiles/${person}`);
    await app.call("POST", "/v1/profiles", { id: person, email: "other@example.com" });
    for (const method of ["GET", "POST"])
      assert.doesNotMatch(await (await use(sealedLink(), { method })).text(), /<a /, method);
  });

  it("names the business if it is known", async () => {
    const named = await testApp({ publicUrl, businessName: "Salt & Crumb", sql: app.database.sql });
    const html = await (await use(linkFor().replace(app.url, named.url))).text();
    await named.end();
    assert.match(html, /<p class="business" dir="auto">Salt &#38; Crumb<\/p>/);
  });

  it("reveals the link to nobody else", async () => {
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

  it("opts out of that channel only", async () => {
    await use(linkFor("email"), { method: "POST" });
    assert.equal((await flag("sms")).optedIn, true);
  });

  it("is in the history, with the message that it came in", async () => {
    await use(linkFor(), { method: "POST" });
    const { source, actor } = await flag();
    assert.deepEqual([source, actor], ["unsubscribe", { message: messages.email.messageId }]);
  });

  it("changes nothing the second time", async () => {
    await use(linkFor(), { method: "POST" });
    const before = await countEvents();
    assert.equal((await use(linkFor(), { method: "POST" })).status, 200);
    assert.equal(await countEvents(), before);
  });

  it("is permanent even if nobody had opted in", async () => {
    await use(linkFor("rcs"), { method: "POST" });
    assert.equal((await flag("rcs")).source, "unsubscribe");
  });

  it("leaves the carrier's own block in place", async () => {
    await app.database.sql`
      select set_flags(
        p_profile_id => ${person}, p_opt_in => '{"sms": false}', p_source => 'carrier',
        p_actor => '{}')`;
    await use(linkFor("sms"), { method: "POST" });
    assert.equal((await flag("sms")).source, "carrier");
  });

  it("has no limit", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => (await use(linkFor(), { method: "POST" })).status),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
  });

  it("finds the person whose profile was merged into another", async () => {
    const { body: other } = await app.call("POST", "/v1/profiles", {});
    const link = sealedLink();
    await app.call("POST", `/v1/profiles/${other.id}/merge`, { from: person });
    assert.match(await (await use(linkFor())).text(), /<a /);
    assert.match(await (await use(linkFor(), { method: "POST" })).text(), /<a /);
    assert.equal((await flag("email", other.id)).optedIn, false);
    await app.call("PATCH", `/v1/profiles/${other.id}`, { optIn: { email: true } });
    assert.equal((await use(link, { method: "POST" })).status, 200);
    assert.equal((await flag("email", other.id)).optedIn, false);
  });

  for (const [what, change] of changesOfHands) {
    it(`opts out whoever has the address now: ${what}`, async () => {
      const { id } = await change();
      assert.equal((await flag("email", id)).optedIn, true);
      const response = await use(linkFor(), { method: "POST" });
      assert.match(await response.text(), /You are unsubscribed/);
      const { optedIn, source } = await flag("email", id);
      assert.deepEqual([optedIn, source], [false, "unsubscribe"]);
    });
  }

  it("also opts out the person whose address has changed since", async () => {
    const email = `new.${number}@example.com`;
    await app.call("PATCH", `/v1/profiles/${person}`, { email, optIn: { email: true } });
    assert.doesNotMatch(await (await use(linkFor())).text(), /<a /);
    await use(linkFor(), { method: "POST" });
    assert.equal((await flag()).optedIn, false);
  });

  it("applies to whoever has the address next, if nobody has it now", async () => {
    const { email } = (await app.call("GET", `/v1/profiles/${person}`)).body;
    await app.call("DELETE", `/v1/profiles/${person}`);
    const response = await use(linkFor(), { method: "POST" });
    assert.match(await response.text(), /You are unsubscribed/);
    await app.call("PUT", "/v1/defaults", { email: true });
    const { body: next } = await app.call("POST", "/v1/profiles", { email });
    await app.call("PUT", "/v1/defaults", { email: false });
    const { optedIn, source } = await flag("email", next.id);
    assert.deepEqual([optedIn, source], [false, "unsubscribe"]);
  });

  it("leaves a forgotten person forgotten", async () => {
    const { email } = (await app.call("GET", `/v1/profiles/${person}`)).body;
    await app.call("DELETE", `/v1/profiles/${person}?forget=true`);
    assert.equal((await use(linkFor(), { method: "POST" })).status, 200);
    const { body: next } = await app.call("POST", "/v1/profiles", { email });
    assert.equal((await flag("email", next.id)).source, "forgotten");
    assert.equal((await use(linkFor(), { method: "POST" })).status, 200);
    assert.equal((await flag("email", next.id)).source, "forgotten");
  });

  it("opts out whoever has the address after it changed hands meanwhile", async () => {
    const [{ body: before }, other] = await Promise.all([
      app.call("GET", `/v1/profiles/${person}`),
      app.call("POST", "/v1/profiles", {}),
    ]);
    const { sql } = app.database;
    let posted: Promise<Response> | undefined;
    await sql.begin(async (tx) => {
      await tx`select from profiles where id = ${person} for update`;
      posted = use(linkFor(), { method: "POST" });
      await until("the link to wait", async () => {
        const [row] = await app.database.reads<[{ waiting: number }]>`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        return row.waiting > 0;
      });
      await tx`update profiles set email = null where id = ${person}`;
      await tx`update profiles set email = ${before.email} where id = ${other.body.id}`;
      await tx`select set_flag(
        p_profile_id => ${other.body.id}, p_channel => 'email', p_opted_in => true,
        p_source => 'api', p_actor => '{}')`;
    });
    assert.equal((await posted)?.status, 200);
    assert.equal((await flag("email", other.body.id)).optedIn, false);
  });

  it("of version 0.1 opts out the profile that it names", async () => {
    assert.match(
      await (await use(sealedLink(), { method: "POST" })).text(),
      /You are unsubscribed/,
    );
    assert.equal((await flag()).optedIn, false);
  });

  it("of version 0.1 says so if the person has no profile any more", async () => {
    await app.call("DELETE", `/v1/profiles/${person}`);
    const response = await use(sealedLink(), { method: "POST" });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /not on our list/);
  });

  it("is committed before it is answered", async () => {
    // A commit that waits: the profile is locked by another transaction, so the answer must wait
    // for it, too.
    let answered = false;
    let posted: Promise<Response> | undefined;
    await app.database.sql.begin(async (tx) => {
      await tx`select from profiles where id = ${person} for share`;
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
  const sealedToken = () => sealedLink().split("/").at(-1) ?? "";
  const spoilt: [string, (token: string) => string][] = [
    ["cut short", (token) => token.slice(0, -1)],
    ["with another letter", (token) => (token.startsWith("c") ? "d" : "c") + token.slice(1)],
    ["with more", (token) => `${token}A`],
    ["of version 0.1 without its seal", () => sealedToken().split(".")[0] ?? ""],
    ["of version 0.1 with another letter", () => `A${sealedToken()}`],
    [
      "made with another key",
      () => unsubscribeUrl({ publicUrl, key: "other" }, messages.email)?.split("/").at(-1) ?? "",
    ],
  ];
  for (const [what, spoil] of spoilt) {
    it(`does nothing ${what}, and says so plainly`, async () => {
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
      app.logged.filter((line) => /unsubscribe\/[\w-]/.test(line)),
      [],
    );
  });
});

describe("a submission that waits for confirmation", () => {
  for (const gone of [false, true]) {
    const who = gone ? "somebody whose profile is gone" : "somebody who is out already";
    it(`is withdrawn by the link of ${who}`, async () => {
      const link = linkFor();
      await use(link, { method: "POST" });
      const { email } = (await app.call("GET", `/v1/profiles/${person}`)).body;
      if (gone) await app.call("DELETE", `/v1/profiles/${person}`);
      const form = formBody({ channel: "email", confirm: "double", defaultCountry: null });
      const { id } = (await app.call("POST", "/v1/forms", form)).body;
      const path = `/public/forms/${id}/submissions`;
      const answer = await app.call("POST", path, { address: email, wording: 1 });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const pending = async () =>
        (await app.database.sql`select from confirmations where form_id = ${id}`).length;
      await until("the submission to wait", async () => (await pending()) === 1);
      await use(link, { method: "POST" });
      assert.equal(await pending(), 0);
    });
  }
});
