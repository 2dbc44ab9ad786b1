// No visitor's page has a word that is not in the texts: each text is marked, and the test looks at
// what remains.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { translations } from "../../server/texts/texts.ts";
import { type TestApp, testApp } from "../support/app.ts";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import { type VisitorPage, visitorPages } from "../support/visitor-pages.ts";
import { type HostPage, hostPage } from "./host-page.ts";

let app: TestApp;
let browser: Browser;
let host: HostPage;
let pages: VisitorPage[];

const marked = (text: string) => `⟦${text}⟧`;

/** Everything that a person can see or hear of a page, or of one element in it. */
function readAll(page: Page, select = "html"): Promise<string[]> {
  return page.evaluate((selector) => {
    const texts: string[] = [];
    const nodes: Node[] = [document.querySelector(selector) as Element];
    for (let node = nodes.pop(); node; node = nodes.pop()) {
      if (node instanceof Text) texts.push(node.data);
      if (node instanceof Element) {
        if (/^(SCRIPT|STYLE)$/i.test(node.tagName)) continue;
        for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description"]) {
          texts.push(node.getAttribute(name) ?? "");
        }
        if (node instanceof HTMLInputElement && /^(submit|button)$/.test(node.type))
          texts.push(node.value);
        if (node.shadowRoot) nodes.push(node.shadowRoot);
      }
      nodes.push(...node.childNodes);
    }
    return texts;
  }, select);
}

/** The words that belong to no marked text, no address and no date. */
function ownWords(texts: string[]): string[] {
  return texts.flatMap((text) => {
    let rest = text.replace(/[^\s@]+@[^\s@]+/g, "").replace(/\d+年\d+月\d+日.*/, "");
    for (let before = ""; before !== rest; ) {
      before = rest;
      rest = rest.replace(/⟦[^⟦⟧]*⟧/g, "");
    }
    return rest.match(/\p{L}{2,}/gu) ?? [];
  });
}

describe("the pages of visitors", () => {
  before(async () => {
    const { build } = await import("../../server/scripts/build.mjs");
    await build();
    // A language of the test's own, in place of one that has a form for every number.
    for (const [namespace, texts] of Object.entries(translations.en)) {
      const entries = Object.entries(texts ?? {}).map(([key, text]) => [key, marked(text)]);
      Object.assign(
        (translations.ja as Record<string, object>)[namespace] ?? {},
        Object.fromEntries(entries),
      );
    }
    app = await testApp();
    browser = await chromium.launch({
      executablePath: await findBrowser(),
      args: browserArguments,
    });
    host = await hostPage(app.url);
    pages = await visitorPages(app, { host, write: marked });
  });

  after(async () => {
    await browser?.close();
    await host?.close();
    await app?.end();
  });

  it("would fail if they said more", () => {
    assert.deepEqual(ownWords(["⟦From ⟦us⟧⟧ to ann@example.com", "So ⟦it⟧ is"]), [
      "to",
      "So",
      "is",
    ]);
  });

  it("say nothing that is not in the texts", async () => {
    const found: string[] = [];
    const context = await browser.newContext({ locale: "en-GB" });
    for (const { name, open, select } of pages) {
      const page = await context.newPage();
      await open(page, "ja");
      const texts = await readAll(page, select);
      assert.ok(texts.join("").includes("⟦"), `${name} has no text at all`);
      found.push(...ownWords(texts).map((word) => `${name}: ${word}`));
      await page.close();
    }
    await context.close();
    assert.deepEqual(found, []);
  });
});
