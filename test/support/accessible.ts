// Every page that a visitor sees, looked at by axe in one language after the other.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium } from "playwright-core";
import type { Language } from "../../server/schemas/languages.ts";
import { directionOf } from "../../server/texts/language.ts";
import { type HostPage, hostPage } from "../e2e/host-page.ts";
import { type TestApp, testApp } from "./app.ts";
import { browserArguments, findBrowser } from "./browser.mjs";
import { type VisitorPage, visitorPages } from "./visitor-pages.ts";

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/**
 * Tests, one for each language, that axe finds nothing on any page and that each says its language
 * and direction.
 */
export function areAccessible(languages: readonly Language[]): void {
  let app: TestApp;
  let browser: Browser;
  let host: HostPage;
  let pages: VisitorPage[];

  describe("the pages of visitors", () => {
    before(async () => {
      const { build } = await import("../../server/scripts/build.mjs");
      await build();
      app = await testApp();
      browser = await chromium.launch({
        executablePath: await findBrowser(),
        args: browserArguments,
      });
      host = await hostPage(app.url);
      pages = (await visitorPages(app, { host })).filter(({ alike }) => !alike);
    });

    after(async () => {
      await browser?.close();
      await host?.close();
      await app?.end();
    });

    for (const one of languages) {
      it(`have nothing that axe finds in ${one}, and run its way`, async () => {
        const found: string[] = [];
        const context = await browser.newContext({ locale: "en-GB" });
        for (const { name, open, select } of pages) {
          const page = await context.newPage();
          await open(page, one);
          const axe = new AxeBuilder({ page })
            .options({ resultTypes: ["violations"] })
            .withTags(wcag)
            // By far the slowest look, and colours know no language.
            .disableRules(one === "en" ? [] : ["color-contrast"]);
          const { violations } = await (select ? axe.include(select) : axe).analyze();
          found.push(...violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.html}`));
          const card = page.locator(".card").first();
          const spoken = await card.evaluate((element) => {
            const around = element.closest("[lang]");
            return `${around?.getAttribute("lang")} ${getComputedStyle(element).direction}`;
          });
          if (spoken !== `${one} ${directionOf(one)}`) found.push(`${name}: ${spoken}`);
          await page.close();
        }
        await context.close();
        assert.deepEqual(found, []);
      });
    }
  });
}
