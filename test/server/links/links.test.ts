// Signed links to one person's flags.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { makeLink, openLink } from "../../../server/links/links.ts";
import { type TestApp, testApp } from "../../support/app.ts";
import { sealedToken } from "../../support/links.ts";

const made = {
  publicUrl: "https://optin.example.com",
  secrets: ["the newest secret of these tests"],
};
const tokenOf = ({ url }: { url: string }) => url.split("token=")[1] as string;
const linkFor = (over: Partial<Parameters<typeof makeLink>[1]> = {}) =>
  tokenOf(makeLink(made, { profileId: "ada", for: "preferences", ...over }));

describe("a token", () => {
  it("says whose it is, for which channels, by whom and until when", () => {
    const { url, expiresAt } = makeLink(made, {
      profileId: "a.b_c@d-E9",
      for: "editor",
      channels: ["sms"],
      actor: { key: "k1" },
    });
    const opened = openLink(made.secrets, "editor", tokenOf({ url }));
    assert.deepEqual(
      [opened?.profileId, opened?.channels, opened?.actor, opened?.expiresAt],
      ["a.b_c@d-E9", ["sms"], { key: "k1" }, expiresAt],
    );
  });

  it("is refused with any of its bytes changed, or one more or less", () => {
    const token = linkFor();
    assert.ok(openLink(made.secrets, "preferences", token));
    const others = "AQgwZz059-_.=+/ ";
    for (let at = 0; at < token.length; at++) {
      for (const other of others) {
        if (other === token[at]) continue;
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        assert.equal(
          openLink(made.secrets, "preferences", changed),
          undefined,
          `byte ${at} as ${other}`,
        );
      }
      assert.equal(
        openLink(made.secrets, "preferences", token.slice(0, at) + token.slice(at + 1)),
        undefined,
      );
    }
    for (const more of others)
      assert.equal(openLink(made.secrets, "preferences", token + more), undefined);
  });

  it("is refused if it combines two others: person, purpose, expiry or channels swapped", () => {
    const one = linkFor();
    const others = [
      linkFor({ profileId: "bob" }),
      linkFor({ for: "editor" }),
      linkFor({ expiresIn: 60 }),
      linkFor({ channels: ["sms"] }),
    ];
    for (const other of others) {
      for (let at = 4; at < one.length; at += 4) {
        const token = other.slice(0, at) + one.slice(at);
        assert.equal(openLink(made.secrets, "preferences", token), undefined);
        assert.equal(openLink(made.secrets, "editor", token), undefined);
      }
    }
  });

  it("of version 0.1 opens as a whole, for its purpose only", () => {
    const token = sealedToken(made.secrets, "ada");
    const opened = openLink(made.secrets, "preferences", token);
    assert.deepEqual([opened?.profileId, opened?.bornAt, opened?.addresses], ["ada", null, null]);
    assert.equal(openLink(made.secrets, "editor", token), undefined);
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      assert.equal(openLink(made.secrets, "preferences", changed), undefined, `byte ${at}`);
    }
  });

  it("is for its own purpose only", () => {
    assert.equal(openLink(made.secrets, "editor", linkFor()), undefined);
    assert.equal(openLink(made.secrets, "preferences", linkFor({ for: "editor" })), undefined);
  });

  it("is refused after it has expired", () => {
    assert.equal(openLink(made.secrets, "preferences", linkFor({ expiresIn: 0 })), undefined);
  });

  it("outlives the rotation of the secrets as long as its own is among them", () => {
    const token = linkFor();
    assert.ok(openLink(["a newer secret of these tests", ...made.secrets], "preferences", token));
    assert.equal(openLink(["a newer secret of these tests"], "preferences", token), undefined);
  });
});

describe("POST /v1/profiles/{id}/links", () => {
  let app: TestApp;
  before(async () => {
    app = await testApp();
    await app.call("POST", "/v1/profiles", {
      id: "ada",
      phoneNumber: "+447700900777",
      email: "ada@c.de",
    });
  });
  after(() => app.end());
  const post = (body: unknown, headers?: Record<string, string>) =>
    app.call("POST", "/v1/profiles/ada/links", body, headers);

  it("answers a link of PUBLIC_URL that works for a week, or an hour for an editor", async () => {
    const { status, body } = await post({ for: "preferences" });
    assert.equal(status, 201);
    assert.ok(body.url.startsWith(`${app.url}/embed/preferences?token=`));
    const days = (Date.parse(body.expiresAt) - Date.now()) / 86_400_000;
    assert.ok(days > 6.99 && days <= 7, `${days} days`);
    const editor = (await post({ for: "editor" })).body;
    assert.ok(editor.url.startsWith(`${app.url}/embed/editor?token=`));
    const hours = (Date.parse(editor.expiresAt) - Date.now()) / 3_600_000;
    assert.ok(hours > 0.99 && hours <= 1, `${hours} hours`);
  });

  it("puts no address into the link", async () => {
    const { body } = await post({ for: "preferences" });
    const inside = Buffer.from(tokenOf(body), "base64url").toString("latin1");
    assert.doesNotMatch(body.url + inside, /900777|ada@|"ada"/);
    assert.equal((await post({ for: "preferences" })).body.url === body.url, false);
  });

  it("refuses a link that would work too long or not at all, and unknown channels", async () => {
    const bad = [
      { for: "preferences", expiresIn: 90 * 86_400 + 1 },
      { for: "editor", expiresIn: 86_401 },
      { for: "editor", expiresIn: 0 },
      { for: "editor", expiresIn: 1.5 },
      { for: "preferences", channels: [] },
      { for: "preferences", channels: ["sms", "sms"] },
      { for: "preferences", channels: ["pigeon"] },
      { for: "unsubscribe" },
      {},
    ];
    for (const body of bad) assert.equal((await post(body)).status, 422, JSON.stringify(body));
  });

  it("answers 404 if there is no such profile", async () => {
    assert.equal(
      (await app.call("POST", "/v1/profiles/nobody/links", { for: "preferences" })).status,
      404,
    );
  });

  it("needs a key that may change profiles", async () => {
    assert.equal((await post({ for: "editor" }, await app.keyWith("profiles:read"))).status, 403);
  });
});
