// Every page that a visitor sees, in every language.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Browser, chromium } from "playwright-core";
import type { Language } from "../../server/schemas/languages.ts";
import { directionOf } from "../../server/texts/language.ts";
import { type HostPage, hostPage } from "../e2e/host-page.ts";
import { type TestApp, testApp } from "./app.ts";
import { axeOn } from "./axe.ts";
import { browserArguments, findBrowser } from "./browser.mjs";
import { tooWide } from "./portal.ts";
import { type VisitorPage, visitorPages } from "./visitor-pages.ts";

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe judges differs by direction, and otherwise not by language. */
const axeLooksAt: readonly Language[] = ["en", "ar"];

/**
 * Tests, one for each language: each page declares it, runs its way and fits; axe finds nothing.
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
      it(`are accessible in ${one}: they run its way, fit, and show axe no fault`, async () => {
        const found: string[] = [];
        const context = await browser.newContext({ locale: "en-GB" });
        // One page for all: a new one costs as much as its content.
        const page = await context.newPage();
        for (const { name, open, select } of pages) {
          await page.unrouteAll();
          await open(page, one);
          if (axeLooksAt.includes(one)) {
            const axe = axeOn(page)
              .withTags(wcag)
              // By far the slowest check, and colours do not depend on the language.
              .disableRules(one === "en" ? [] : ["color-contrast"]);
            const { violations } = await (select ? axe.include(select) : axe).analyze();
            found.push(...violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.html}`));
          }
          const wide = await tooWide(page);
          if (wide > 0) found.push(`${name}: wider than the page by ${wide} px`);
          const card = page.locator(".card").first();
          const spoken = await card.evaluate((element) => {
            const around = element.closest("[lang]");
            return `${around?.getAttribute("lang")} ${getComputedStyle(element).direction}`;
          });
          if (spoken !== `${one} ${directionOf(one)}`) found.push(`${name}: ${spoken}`);
        }
        await context.close();
        assert.deepEqual(found, []);
      });
    }
  });
}
