// The pages of signed links for everybody: axe, ten languages, narrow screens, colours that the
// system chooses.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { makeLink } from "../../server/links/links.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { axeOn } from "../support/axe.ts";
import { browserArguments, findBrowser } from "../support/browser.mjs";

const secrets = ["a secret for the tests alone"];
const languages = ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "ar", "ja"];
const pages = [
  { purpose: "preferences", spoken: languages },
  // Staff speak fewer languages: one of each direction, and one without spaces.
  { purpose: "editor", spoken: ["en", "ar", "ja"] },
] as const;
let app: TestApp;
let browser: Browser;
let profileId: string;

before(async () => {
  app = await testApp({ secrets });
  browser = await chromium.launch({ executablePath: await findBrowser(), args: browserArguments });
  const person = { phoneNumber: "+447700900123", email: "ada@example.com", optIn: { sms: true } };
  profileId = (await app.call("POST", "/v1/profiles", person)).body.id;
});

after(async () => {
  await browser?.close();
  await app?.end();
});

const linkFor = (purpose: "preferences" | "editor") =>
  makeLink({ publicUrl: app.url, secrets }, { profileId, for: purpose }).url;

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ locale: "en-GB", ...options })).newPage();
  await page.goto(url);
  return page;
}

const ready = (page: Page) => page.locator("[state=ready]").waitFor();

for (const { purpose, spoken } of pages) {
  describe(`the page of a link for ${purpose}`, () => {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`has no fault that axe knows in the ${colorScheme}`, async () => {
        const page = await open(linkFor(purpose), { colorScheme });
        await ready(page);
        assert.deepEqual(await axe(page), []);
        await page.context().close();
      });

      it(`has no fault that axe knows in the ${colorScheme} before its script has loaded`, async () => {
        const page = await (await browser.newContext({ colorScheme })).newPage();
        await page.route("**/*.js", (route) => route.abort());
        await page.goto(linkFor(purpose));
        assert.deepEqual(await axe(page), []);
        await page.context().close();
      });
    }

    for (const language of spoken) {
      it(`fits 320 pixels and has no fault that axe knows in the language ${language}`, async () => {
        const viewport = { width: 320, height: 600 };
        const page = await open(`${linkFor(purpose)}&lang=${language}`, { viewport });
        await ready(page);
        // The colours are the same in every language.
        assert.deepEqual(await axe(page, { "color-contrast": { enabled: false } }), []);
        const { lang, dir, width } = await page.evaluate(() => ({
          lang: document.documentElement.lang,
          dir: getComputedStyle(document.querySelector(".card") as Element).direction,
          width: document.documentElement.scrollWidth,
        }));
        assert.deepEqual([lang, dir, width], [language, language === "ar" ? "rtl" : "ltr", 320]);
        await page.context().close();
      });
    }
  });
}

describe("a switch", () => {
  it("shows its state if the system chooses the colours, and does not move if motion is unwelcome", async () => {
    const page = await open(linkFor("preferences"), {
      forcedColors: "active",
      reducedMotion: "reduce",
    });
    await ready(page);
    const looks = (channel: string) =>
      page.locator(`.switch[value=${channel}]`).evaluate((element) => ({
        fill: getComputedStyle(element).backgroundColor,
        thumb: getComputedStyle(element, "::before").backgroundColor,
        motion: getComputedStyle(element, "::before").transitionDuration,
      }));
    const [on, off] = [await looks("sms"), await looks("whatsApp")];
    assert.notEqual(on.fill, off.fill);
    assert.ok(on.fill !== on.thumb && off.fill !== off.thumb);
    assert.equal(on.motion, "0s");
  });

  it("is large enough for a thumb, with its label", async () => {
    const page = await open(linkFor("preferences"), { viewport: { width: 320, height: 600 } });
    await ready(page);
    const box = await page.locator("label").first().boundingBox();
    assert.ok(box && box.height >= 44 && box.width >= 200, JSON.stringify(box));
  });
});

/** Each rule that is broken, with the first place. */
async function axe(page: Page, rules = {}): Promise<string[]> {
  const options = { resultTypes: ["violations" as const], rules };
  const { violations } = await axeOn(page).options(options).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
