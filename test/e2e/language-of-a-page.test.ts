// A form speaks the language of its page, in each of the three ways to embed it.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { formBody, type TestApp, testApp } from "../support/app.ts";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import { type HostPage, hostPage } from "./host-page.ts";

let app: TestApp;
let browser: Browser;
let host: HostPage;
let form: string;
let snippets: { iframe: string; element: string; tagManager: string };

describe("a form on a page in another language than the browser's", () => {
  before(async () => {
    const { build } = await import("../../server/scripts/build.mjs");
    await build();
    app = await testApp();
    browser = await chromium.launch({
      executablePath: await findBrowser(),
      args: browserArguments,
    });
    host = await hostPage(app.url);
    form = (await app.call("POST", "/v1/forms", formBody({ buttonText: "Ok" }))).body.id;
    snippets = (await app.call("GET", `/v1/forms/${form}/snippet`)).body;
  });

  after(async () => {
    await browser?.close();
    await host?.close();
    await app?.end();
  });

  const visit = async (html: string): Promise<Page> => {
    host.write(html);
    const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(host.origin);
    return page;
  };

  it("speaks the page's language as an element", async () => {
    const page = await visit(`<div lang="nl">${snippets.element}</div>`);
    await page.getByLabel("Uw telefoonnummer").waitFor();
  });

  it("speaks the page's language in an iframe, and still knows which page that is", async () => {
    const page = await visit(`<div lang="de">${snippets.iframe}</div>`);
    const frame = page.frameLocator("iframe");
    await frame.getByLabel("Ihre Telefonnummer").fill("07700 900123");
    await frame.locator("opt-in-form[state=ready]").waitFor();
    await frame.getByRole("button").click();
    await frame.getByText("Vielen Dank. Sie sind angemeldet.").waitFor();
    const { body } = await app.call("GET", "/v1/profiles?phoneNumber=%2B447700900123");
    const { body: events } = await app.call("GET", `/v1/profiles/${body.items[0].id}/events`);
    const event = events.items.find(({ source }: { source: string }) => source === "form");
    assert.equal(event.evidence.page, host.origin);
  });

  it("speaks the page's language by a tag manager, from right to left", async () => {
    const page = await visit(
      `<div id="opt-in-form" lang="ar" dir="rtl"></div>${snippets.tagManager}`,
    );
    await page.frameLocator("iframe").getByLabel("رقم هاتفكم").waitFor();
    await page.frames()[1]?.waitForFunction(() => document.documentElement.dir === "rtl");
  });

  it("keeps its own language if it has one", async () => {
    const { body } = await app.call("POST", "/v1/forms", formBody({ language: "pl" }));
    const page = await visit(`<div lang="ja">${snippets.iframe.replaceAll(form, body.id)}</div>`);
    await page.frameLocator("iframe").getByLabel("Twój numer telefonu").waitFor();
  });
});
