// A person's own preferences and an editor's flags, by signed link.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { makeLink } from "../../../server/links/links.ts";
import type { Channel } from "../../../server/schemas/channels.ts";
import type { LinkPurpose } from "../../../server/schemas/links.ts";
import { text } from "../../../server/texts/texts.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { sealedToken } from "../../support/links.ts";

const secrets = ["a secret for the tests alone"];
let app: TestApp;
let person: string;
let number = 0;

before(async () => {
  app = await testApp();
});
after(() => app.end());

beforeEach(async () => {
  const phoneNumber = `+4477009${String(++number).padStart(5, "0")}`;
  const profile = {
    phoneNumber,
    email: `j.doe.${number}@example.com`,
    optIn: { sms: true, email: true },
  };
  person = (await app.call("POST", "/v1/profiles", profile)).body.id;
});

const tokenFor = (purpose: LinkPurpose, over: Partial<Parameters<typeof makeLink>[1]> = {}) =>
  makeLink({ publicUrl: app.url, secrets }, { profileId: person, for: purpose, ...over }).url.split(
    "token=",
  )[1] as string;

/** As a stranger's browser: with the token, and without a key. */
const use = (method: string, path: string, token: string, body?: unknown, headers = {}) =>
  app.call(method, `/public/${path}`, body, { Authorization: `Bearer ${token}`, ...headers });

const events = async () =>
  Number((await app.database.sql`select count(*) as count from events`)[0]?.count);
const flag = async (channel: Channel, profileId = person) => {
  const { body } = await app.call("GET", `/v1/profiles/${profileId}/optin`);
  return body.items.find((item: { channel: Channel }) => item.channel === channel);
};

/** What the person did themself, or their carrier, and how an editor is told. */
const locks = {
  rule: "person_opted_out",
  preferences: "person_opted_out",
  unsubscribe: "person_opted_out",
  carrier: "carrier_opted_out",
  forgotten: "forgotten",
} as const;

const setOut = (source: string) => app.database.sql`
  select set_flag(p_profile_id => ${person}, p_channel => 'sms', p_opted_in => false,
    p_source => ${source}, p_actor => '{}')`;
const channelsIn = (body: { items: { channel: Channel }[] }) =>
  body.items.map(({ channel }) => channel);

describe("/public/preferences", () => {
  it("shows each channel that the person has an address for, the address masked", async () => {
    const { status, body, headers } = await use("GET", "preferences", tokenFor("preferences"));
    assert.equal(status, 200);
    assert.deepEqual(channelsIn(body), ["sms", "whatsApp", "email", "rcs", "appMessaging"]);
    const [sms, , email] = body.items;
    assert.match(sms.address, /^\+44 •••• \d{4}$/);
    assert.equal(email.address, "j•••@example.com");
    assert.deepEqual([sms.optedIn, sms.source, sms.changeable, sms.why], [true, "api", true, null]);
    assert.equal(body.limited, false);
    assert.ok(Date.parse(body.expiresAt) > Date.now());
    assert.equal(headers.get("Cache-Control"), "no-store");
  });

  it("speaks the language of the page", async () => {
    const german = (await use("GET", "preferences?lang=de-AT", tokenFor("preferences"))).body;
    const english = (
      await use("GET", "preferences", tokenFor("preferences"), undefined, { "Accept-Language": "" })
    ).body;
    assert.deepEqual([german.language, english.language], ["de", "en"]);
    assert.equal(english.texts.title, "Your message preferences");
    assert.equal(english.texts.email, "Email");
  });

  it("opts out and in again, as the person's own wish, in the name of whoever made the link", async () => {
    const token = tokenFor("preferences", { actor: { key: "k1" } });
    const out = await use("PUT", "preferences", token, { optIn: { sms: false } });
    assert.deepEqual(
      [out.status, out.body.items[0].optedIn, out.body.items[0].source],
      [200, false, "preferences"],
    );
    const { optedIn, source, actor } = await flag("sms");
    assert.deepEqual([optedIn, source, actor], [false, "preferences", { key: "k1" }]);
    const back = await use("PUT", "preferences", token, { optIn: { sms: true } });
    assert.equal(back.body.items[0].optedIn, true);
    assert.equal((await flag("sms")).optedIn, true);
  });

  it("opts out of everything in one call, and writes no event for a channel without an address", async () => {
    const optIn = {
      sms: false,
      whatsApp: false,
      email: false,
      rcs: false,
      fbMessenger: false,
      appMessaging: false,
    };
    const { status, body } = await use("PUT", "preferences", tokenFor("preferences"), { optIn });
    assert.equal(status, 200);
    assert.ok(body.items.every((item: { optedIn: boolean }) => !item.optedIn));
    assert.equal((await flag("fbMessenger")).source, "default");
  });

  it("sets nothing if one wish is for a channel without an address", async () => {
    const optIn = { sms: false, fbMessenger: true };
    const { status, body } = await use("PUT", "preferences", tokenFor("preferences"), { optIn });
    assert.deepEqual([status, body.issues[0].path], [422, "optIn.fbMessenger"]);
    assert.deepEqual(
      [(await flag("sms")).optedIn, (await flag("fbMessenger")).optedIn],
      [true, false],
    );
  });

  it("shows and changes only the channels of the link", async () => {
    const token = tokenFor("preferences", { channels: ["email", "fbMessenger"] });
    const shown = (await use("GET", "preferences", token)).body;
    assert.deepEqual([channelsIn(shown), shown.limited], [["email"], true]);
    assert.equal((await use("PUT", "preferences", token, { optIn: { rcs: true } })).status, 422);
    await use("PUT", "preferences", token, { optIn: { sms: false, email: false } });
    assert.deepEqual([(await flag("sms")).optedIn, (await flag("email")).optedIn], [true, false]);
  });

  it("does not lift what the carrier stopped, and says so", async () => {
    await app.database.sql`select set_flag(
      p_profile_id => ${person}, p_channel => 'sms', p_opted_in => false, p_source => 'carrier',
      p_actor => '{}')`;
    const token = tokenFor("preferences");
    const { body } = await use("PUT", "preferences", token, { optIn: { sms: true } });
    const { optedIn, source, changeable, why } = body.items[0];
    assert.deepEqual(
      [optedIn, source, changeable, why],
      [false, "carrier", false, "carrier_opted_out"],
    );
    assert.equal((await flag("sms")).optedIn, false);
  });

  it("refuses a body that is not a wish", async () => {
    const token = tokenFor("preferences");
    for (const body of [
      {},
      { optIn: { pigeon: true } },
      { optIn: { sms: "no" } },
      { optIn: {}, reason: "x" },
      [],
    ]) {
      assert.equal(
        (await use("PUT", "preferences", token, body)).status,
        422,
        JSON.stringify(body),
      );
    }
  });

  it("takes 60 changes of one person in a minute, then asks to wait", async () => {
    const token = tokenFor("preferences");
    for (let count = 0; count < 60; count++) {
      await use("PUT", "preferences", token, { optIn: { sms: count % 2 === 0 } });
    }
    const { status, headers } = await use("PUT", "preferences", token, { optIn: { sms: true } });
    assert.equal(status, 429);
    assert.ok(Number(headers.get("Retry-After")) > 0);
    assert.equal((await flag("sms")).optedIn, false);
  });

  it("answers pages of any origin, after a preflight", async () => {
    const asked = await fetch(`${app.url}/public/preferences`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, content-type",
      },
    });
    assert.equal(asked.status, 204);
    assert.equal(asked.headers.get("Access-Control-Allow-Origin"), "https://shop.example");
    assert.match(asked.headers.get("Access-Control-Allow-Methods") ?? "", /PUT.*DELETE/);
    assert.match(asked.headers.get("Access-Control-Allow-Headers") ?? "", /Authorization/);
    const refused = await use("GET", "preferences", "x", undefined, { Origin: "null" });
    assert.equal(refused.headers.get("Access-Control-Allow-Origin"), "null");
  });
});

describe("a preference link whose person has no profile any more", () => {
  const linkOf = async (body: object = { for: "preferences" }) =>
    (await app.call("POST", `/v1/profiles/${person}/links`, body)).body.url.split(
      "token=",
    )[1] as string;
  const read = async (id = person) => (await app.call("GET", `/v1/profiles/${id}`)).body;
  /** Deletes the profile and creates it again, with the same addresses and opted in. */
  const makeAnew = async (over: object = {}) => {
    const { phoneNumber, email } = await read();
    await app.call("DELETE", `/v1/profiles/${person}`);
    const body = { phoneNumber, email, optIn: { sms: true, email: true }, ...over };
    return (await app.call("POST", "/v1/profiles", body)).body.id as string;
  };
  const outs = { optIn: { sms: false, email: false } };

  for (const sameId of [false, true]) {
    const id = sameId ? "the same id" : "another id";
    it(`opts out whoever has the addresses now, and shows and gives nothing of them, made with ${id}`, async () => {
      const token = await linkOf();
      const next = await makeAnew(sameId ? { id: person } : {});
      for (const [method, path] of [
        ["GET", "preferences"],
        ["GET", "preferences/copy"],
        ["DELETE", "preferences"],
      ] as const)
        assert.equal((await use(method, path, token)).status, 404, `${method} ${path}`);
      const { status, body } = await use("PUT", "preferences", token, outs);
      assert.deepEqual([status, body.items], [200, []]);
      for (const channel of ["sms", "email"] as const) {
        const { optedIn, source } = await flag(channel, next);
        assert.deepEqual([optedIn, source], [false, "preferences"], channel);
      }
      assert.equal((await flag("rcs", next)).source, "default");
    });
  }

  it("says which channels it still opts out, to a widget that asks", async () => {
    const token = await linkOf();
    assert.equal((await use("GET", "preferences?gone=stop", token)).body.stop, undefined);
    await makeAnew();
    const { status, body } = await use("GET", "preferences?gone=stop", token);
    assert.deepEqual([status, body.items], [200, []]);
    assert.deepEqual(body.stop, ["sms", "whatsApp", "email", "rcs", "appMessaging"]);
    assert.equal(body.texts.stoppedTitle, "You are unsubscribed");
  });

  it("has a page with one button, which opts out and needs no JavaScript", async () => {
    const token = await linkOf();
    const next = await makeAnew();
    const page = (await app.call("GET", `/embed/preferences?token=${token}`)).body;
    assert.match(page, /value="optOut">Opt out of everything</);
    assert.doesNotMatch(page.split("</head>")[1], /switch|<preference-toggles|•/);
    const fields = [...page.matchAll(/name="(token|shown)" value="([^"]*)"/g)];
    const form = new URLSearchParams(fields.map(([, name, value]) => [name, value]));
    form.set("do", "optOut");
    const type = { "Content-Type": "application/x-www-form-urlencoded" };
    const { status, body } = await app.call("POST", "/embed/preferences", String(form), type);
    assert.equal(status, 200);
    assert.match(body, /You are unsubscribed/);
    for (const channel of ["sms", "email", "whatsApp", "rcs"] as const)
      assert.equal((await flag(channel, next)).source, "preferences", channel);
  });

  it("opts nobody in", async () => {
    const token = await linkOf();
    const next = await makeAnew({ optIn: { email: true } });
    const wish = { optIn: { sms: true, email: false } };
    assert.equal((await use("PUT", "preferences", token, wish)).status, 422);
    assert.deepEqual((await read(next)).optIn.sms, false);
  });

  it("opts out on its channels only", async () => {
    const token = await linkOf({ for: "preferences", channels: ["email"] });
    const next = await makeAnew();
    assert.equal((await use("PUT", "preferences", token, outs)).status, 200);
    const { optIn } = await read(next);
    assert.deepEqual([optIn.email, optIn.sms], [false, true]);
  });

  it("applies to whoever has the address next", async () => {
    const token = await linkOf();
    const { email } = await read();
    await app.call("DELETE", `/v1/profiles/${person}`);
    assert.equal((await use("PUT", "preferences", token, outs)).status, 200);
    const { body: next } = await app.call("POST", "/v1/profiles", { email });
    assert.equal((await flag("email", next.id)).source, "preferences");
  });

  it("opts out an address that moved to another profile, and what it shows", async () => {
    const token = await linkOf();
    const { email } = await read();
    await app.call("PATCH", `/v1/profiles/${person}`, { email: `new.${email}` });
    const optIn = { email: true };
    const { body: other } = await app.call("POST", "/v1/profiles", { email, optIn });
    await app.call("PATCH", `/v1/profiles/${person}`, { optIn });
    const { body } = await use("PUT", "preferences", token, { optIn: { email: false } });
    const shown = body.items.find((item: { channel: Channel }) => item.channel === "email");
    assert.deepEqual([shown.optedIn, shown.address], [false, "n•••@example.com"]);
    assert.equal((await flag("email", other.id)).optedIn, false);
    assert.equal((await flag("email")).optedIn, false);
  });

  it("takes 60 changes in a minute, too", async () => {
    const token = await linkOf();
    await makeAnew();
    for (let count = 0; count < 60; count++)
      assert.equal((await use("PUT", "preferences", token, outs)).status, 200);
    assert.equal((await use("PUT", "preferences", token, outs)).status, 429);
  });

  it("opts nobody out by an editor's link", async () => {
    const token = await linkOf({ for: "editor" });
    const next = await makeAnew();
    const wish = { ...outs, reason: "Asked" };
    assert.equal((await use("PUT", "flags", token, wish)).status, 404);
    assert.equal((await flag("email", next)).optedIn, true);
  });

  it("of version 0.1 does not work", async () => {
    const token = sealedToken(secrets, person);
    assert.equal((await use("PUT", "preferences", token, outs)).status, 200);
    await makeAnew();
    assert.equal((await use("PUT", "preferences", token, outs)).status, 404);
    assert.equal((await app.call("GET", `/embed/preferences?token=${token}`)).status, 404);
  });

  it("opens the profile that its own was merged into, but no later one of its id", async () => {
    const token = await linkOf();
    const { body: kept } = await app.call("POST", "/v1/profiles", {});
    await app.call("POST", `/v1/profiles/${kept.id}/merge`, { from: person });
    assert.equal((await use("GET", "preferences", token)).status, 200);
    await app.call("POST", "/v1/profiles", { id: person });
    const { body: third } = await app.call("POST", "/v1/profiles", { email: "third@example.com" });
    await app.call("POST", `/v1/profiles/${third.id}/merge`, { from: person });
    assert.equal((await use("GET", "preferences", token)).status, 404);
  });
});

// The second is its name in version 0.1.
for (const page of ["editor", "flags"]) {
  describe(`/public/${page}`, () => {
    it("shows the flags as the API does", async () => {
      const { status, body } = await use("GET", page, tokenFor("editor"));
      assert.equal(status, 200);
      assert.equal(body.profileId, person);
      const { items } = (await app.call("GET", `/v1/profiles/${person}/optin`)).body;
      assert.equal(body.items.length, 6);
      for (const [index, item] of items.entries()) {
        assert.deepEqual(body.items[index], { ...item, changeable: true, why: null });
      }
      assert.equal(body.texts.reason, "Reason");
    });

    it("changes a flag for a reason, with the source portal and the link's actor", async () => {
      const token = tokenFor("editor", { actor: { key: "crm" } });
      assert.equal((await use("PUT", page, token, { optIn: { sms: false } })).status, 422);
      assert.equal(
        (await use("PUT", page, token, { optIn: { sms: false }, reason: " " })).status,
        422,
      );
      const { status } = await use("PUT", page, token, {
        optIn: { sms: false },
        reason: "Asked at the till",
      });
      assert.equal(status, 200);
      const [event] = (await app.call("GET", `/v1/profiles/${person}/events?limit=1`)).body.items;
      assert.deepEqual(
        [event.channel, event.to, event.source, event.actor, event.reason],
        ["sms", false, "portal", { key: "crm" }, "Asked at the till"],
      );
    });

    for (const [source, why] of Object.entries(locks)) {
      it(`shows an opt-out by ${source} as locked, and does not lift it`, async () => {
        await setOut(source);
        const before = await flag("sms");
        const token = tokenFor("editor");
        const wish = { optIn: { sms: true }, reason: "They called" };
        for (const { status, body } of [
          await use("GET", page, token),
          await use("PUT", page, token, wish),
        ]) {
          const { changeable, why: said, ...shown } = body.items[0];
          assert.deepEqual([status, changeable, said, shown], [200, false, why, before]);
        }
        assert.deepEqual(await flag("sms"), before);
      });
    }

    for (const source of ["api", "portal", "import"]) {
      it(`lifts an opt-out that the business set by hand, by ${source}`, async () => {
        await setOut(source);
        const wish = { optIn: { sms: true }, reason: "They called" };
        const { body } = await use("PUT", page, tokenFor("editor"), wish);
        assert.deepEqual([body.items[0].optedIn, body.items[0].source], [true, "portal"]);
      });
    }

    it("shows and changes only the channels of the link", async () => {
      const token = tokenFor("editor", { channels: ["email"] });
      assert.deepEqual(channelsIn((await use("GET", page, token)).body), ["email"]);
      assert.equal(
        (await use("PUT", page, token, { optIn: { rcs: true }, reason: "x" })).status,
        422,
      );
      assert.equal((await flag("rcs")).optedIn, false);
    });
  });
}

describe("the editor's page without JavaScript", () => {
  for (const [source, why] of Object.entries(locks)) {
    it(`says why an opt-out by ${source} is locked, and does not lift it`, async () => {
      await setOut(source);
      const before = await flag("sms");
      const token = tokenFor("editor", { channels: ["sms"] });
      const address = `${app.url}/embed/editor`;
      const form = { token, channel: "sms", to: "in", reason: "They called" };
      for (const answer of [
        await fetch(`${address}?token=${token}`),
        await fetch(address, { method: "POST", body: new URLSearchParams(form) }),
      ]) {
        const shown = await answer.text();
        assert.equal(answer.status, 200);
        assert.ok(
          shown.includes(`<p class="hint">${text("en", `editor.locked_${why}`)}</p>`),
          shown,
        );
        assert.ok(!shown.includes('name="reason"'), shown);
      }
      assert.deepEqual(await flag("sms"), before);
    });
  }
});

describe("a link that does not work", () => {
  const routes: [string, string, LinkPurpose, unknown?][] = [
    ["GET", "preferences", "preferences"],
    ["PUT", "preferences", "preferences", { optIn: { sms: false } }],
    ["GET", "preferences/copy", "preferences"],
    ["DELETE", "preferences", "preferences"],
    ["GET", "editor", "editor"],
    ["PUT", "editor", "editor", { optIn: { sms: false }, reason: "x" }],
    ["GET", "flags", "editor"],
    ["PUT", "flags", "editor", { optIn: { sms: false }, reason: "x" }],
  ];

  it("is the same 404 everywhere, whatever is wrong with it", async () => {
    const before = await events();
    const { body: gone } = await app.call("POST", "/v1/profiles", {});
    await app.call("DELETE", `/v1/profiles/${gone.id}`);
    for (const [method, path, purpose, body] of routes) {
      const other = purpose === "editor" ? "preferences" : "editor";
      const wrong = [
        "",
        "x",
        `${tokenFor(purpose)}x`,
        tokenFor(other),
        tokenFor(purpose, { expiresIn: 0 }),
        tokenFor(purpose, { profileId: gone.id }),
        tokenFor(purpose, { profileId: "nobody" }),
      ];
      const answers = [];
      for (const token of wrong) answers.push(await use(method, path, token, body));
      for (const { status } of answers) assert.equal(status, 404, `${method} ${path}`);
      assert.equal(
        new Set(answers.map((answer) => JSON.stringify(answer.body))).size,
        1,
        `${method} ${path}`,
      );
    }
    assert.equal((await flag("sms")).optedIn, true);
    assert.equal(await events(), before + 1);
  });

  for (const page of ["preferences", "editor", "flags"]) {
    it(`is the same 404 page if ${page} are posted in a body that is not a form`, async () => {
      const headers = { "Content-Type": "multipart/form-data; boundary=x" };
      const broken = await app.call("POST", `/embed/${page}`, "no form", headers);
      assert.equal(broken.status, 404);
      assert.equal(broken.body, (await app.call("GET", `/embed/${page}`)).body);
    });
  }

  it("is refused over HTTP with any one byte of its token changed", async () => {
    const token = tokenFor("preferences");
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      assert.equal((await use("GET", "preferences", changed)).status, 404, `byte ${at}`);
    }
  });

  it("works with the secret that made it", async () => {
    const token = tokenFor("preferences");
    const { sql, reads } = app.database;
    const rotated = await testApp({
      secrets: ["a newer secret of the tests", ...secrets],
      sql,
      reads,
    });
    const forgotten = await testApp({ secrets: ["a newer secret of the tests"], sql, reads });
    const ask = async ({ url }: TestApp) =>
      (await fetch(`${url}/public/preferences`, { headers: { Authorization: `Bearer ${token}` } }))
        .status;
    assert.deepEqual([await ask(rotated), await ask(forgotten)], [200, 404]);
    await rotated.end();
    await forgotten.end();
  });

  it("shows nobody else who got the id later", async () => {
    const token = tokenFor("preferences");
    await app.call("DELETE", `/v1/profiles/${person}`);
    await app.call("POST", "/v1/profiles", { id: person });
    assert.equal((await use("GET", "preferences", token)).status, 200);
    await app.database
      .sql`update profiles set created_at = now() + interval '2 minutes' where id = ${person}`;
    assert.equal((await use("GET", "preferences", token)).status, 404);
  });
});

it("is unchanged by a hundred GETs and HEADs, which write no event", async () => {
  const preferences = tokenFor("preferences");
  const editor = tokenFor("editor");
  const before = await events();
  for (let count = 0; count < 100; count++) {
    for (const [path, token] of [
      ["preferences", preferences],
      ["preferences/copy", preferences],
      ["flags", editor],
    ] as const) {
      for (const method of ["GET", "HEAD"]) {
        assert.equal((await use(method, path, token)).status, 200);
      }
    }
  }
  assert.equal(await events(), before);
});
