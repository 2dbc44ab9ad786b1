// A person opens the link in a message, in a browser without JavaScript, and unsubscribes.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { keptKey } from "../../server/access/secrets.ts";
import { unsubscribeUrl } from "../../server/links/unsubscribe.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { axeOn } from "../support/axe.ts";
import { browserArguments, findBrowser } from "../support/browser.mjs";

const publicUrl = "https://optin.example.com";
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let app: TestApp;
let browser: Browser;

describe("the link of a message", () => {
  before(async () => {
    app = await testApp({ publicUrl });
    browser = await chromium.launch({
      executablePath: await findBrowser(),
      args: browserArguments,
    });
  });

  after(async () => {
    await browser?.close();
    await app?.end();
  });

  const open = async (options: BrowserContextOptions) => {
    const { body: person } = await app.call("POST", "/v1/profiles", {
      email: `ann.${crypto.randomUUID()}@example.com`,
      optIn: { email: true },
    });
    const key = await keptKey(app.database.sql, "unsubscribe_key");
    const { id: profileId, email: address } = person;
    const wish = { channel: "email", profileId, messageId: "1", address } as const;
    const page = await (await browser.newContext(options)).newPage();
    await page.goto((unsubscribeUrl({ publicUrl, key }, wish) ?? "").replace(publicUrl, app.url));
    return { page, person };
  };

  it("leads to a button that opts out without JavaScript", async () => {
    const { page, person } = await open({ javaScriptEnabled: false });
    await page.getByRole("button", { name: "Unsubscribe" }).click();
    await page.getByRole("heading", { name: "You are unsubscribed" }).waitFor();
    assert.equal((await app.call("GET", `/v1/profiles/${person.id}`)).body.optIn.email, false);
  });

  it("fits a phone, with a button that is large enough for a thumb", async () => {
    const { page } = await open({ viewport: { width: 320, height: 600 } });
    const box = await page.getByRole("button").boundingBox();
    assert.ok(
      box && box.width >= 200 && box.height >= 44 && box.x + box.width <= 320,
      JSON.stringify(box),
    );
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`is accessible in the ${colorScheme}`, async () => {
      const { page } = await open({ colorScheme });
      const { violations } = await axeOn(page).withTags(wcag).analyze();
      assert.deepEqual(
        violations.map(({ id }) => id),
        [],
      );
    });
  }
});
