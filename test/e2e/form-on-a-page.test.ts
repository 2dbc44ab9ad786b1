// The main story, end to end: a form on a customer's page sets a real flag.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type FrameLocator,
  type Page,
} from "playwright-core";
import { axeOn } from "../support/axe.ts";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import { startServer, type TestServer } from "../support/server.ts";
import { type HostPage, hostPage } from "./host-page.ts";

type Snippets = { iframe: string; element: string; tagManager: string };
type Event = { source: string; actor: object; evidence: { page: string } | null };
type Form = { id: string; wording: number };

const content = {
  channel: "sms",
  description: "Bread news",
  confirmationMessage: "I agree to get texts from Salt & Crumb. Reply STOP to end them.",
  buttonText: "Text me",
  businessName: "Salt & Crumb",
  privacyUrl: "https://example.com/privacy",
  defaultCountry: "GB",
  thankYouText: "See you at the counter.",
};

// What WCAG 2.2 AA requires; axe's other rules are about whole pages, which this is not.
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let server: TestServer;
let browser: Browser;
let host: HostPage;
let form: Form;
let snippets: Snippets;
let people = 900123;

describe("a form on a page", () => {
  before(async () => {
    server = await startServer({ env: { LIMIT_CLIENT: "0", LIMIT_CONFIRMATIONS: "0" } });
    browser = await chromium.launch({
      executablePath: await findBrowser(),
      args: browserArguments,
    });
    host = await hostPage(server.url);
    form = await api<Form>("/v1/forms", content);
    snippets = await api<Snippets>(`/v1/forms/${form.id}/snippet`);
  });

  after(async () => {
    await browser?.close();
    await host?.close();
    await server?.stop();
  });

  describe("a snippet on a page of another origin, under a strict policy", () => {
    it("opts a person in as a custom element", async () => {
      host.write(snippets.element);
      const page = await visit(host.origin);
      await optsIn(page, page.locator("opt-in-form"), host.origin);
    });

    it("opts a person in in an iframe", async () => {
      host.write(snippets.iframe);
      const page = await visit(host.origin);
      await optsIn(page, page.frameLocator("iframe"), host.origin);
    });

    it("opts a person in by a tag manager", async () => {
      host.write(`<div id="opt-in-form"></div>${snippets.tagManager}`);
      const page = await visit(host.origin);
      await optsIn(page, page.frameLocator("#opt-in-form iframe"), host.origin);
    });

    it("opts a person in in an iframe without JavaScript", async () => {
      host.write(snippets.iframe);
      const page = await visit(host.origin, { javaScriptEnabled: false });
      await optsIn(page, page.frameLocator("iframe"), host.origin);
    });
  });

  describe("the iframe", () => {
    it("is as tall as its content", async () => {
      host.write(snippets.iframe);
      const page = await visit(host.origin);
      await page.frameLocator("iframe").getByRole("button").waitFor();
      const inside = await page
        .frames()[1]
        ?.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height));
      await page.waitForFunction(
        (height) => document.querySelector("iframe")?.offsetHeight === height,
        inside,
      );
    });

    it("shrinks to the thank-you", async () => {
      host.write(snippets.iframe);
      const page = await visit(host.origin);
      await fill(page.frameLocator("iframe"), nextPerson());
      await page.frameLocator("iframe").getByText("See you at the counter.").waitFor();
      await page.waitForFunction(
        () => (document.querySelector("iframe")?.offsetHeight ?? 999) < 150,
      );
    });

    it("is dark on a dark page", async () => {
      host.write(`<meta name="color-scheme" content="dark">${snippets.iframe}`);
      const page = await visit(host.origin);
      await page.frameLocator("iframe").getByRole("button").waitFor();
      await page
        .frames()[1]
        ?.waitForFunction(() => getComputedStyle(document.documentElement).colorScheme === "dark");
    });

    it("runs from right to left on a page that runs so", async () => {
      host.write(`<div dir="rtl">${snippets.iframe}</div>`);
      const page = await visit(host.origin);
      await page.frameLocator("iframe").getByRole("button").waitFor();
      await page.frames()[1]?.waitForFunction(() => document.documentElement.dir === "rtl");
    });

    it("asks for at most two files besides its document", async () => {
      host.write(snippets.iframe);
      const page = await (await browser.newContext()).newPage();
      const asked: string[] = [];
      page.on("request", (request) => {
        if (request.frame().parentFrame()) asked.push(new URL(request.url()).pathname);
      });
      await page.goto(host.origin, { waitUntil: "networkidle" });
      assert.equal(asked[0], `/embed/forms/${form.id}`);
      assert.ok(asked.length <= 3, asked.join(" "));
    });

    it("keeps what was typed when the server refuses it, without JavaScript", async () => {
      host.write(snippets.iframe);
      const page = await visit(host.origin, { javaScriptEnabled: false });
      const frame = page.frameLocator("iframe");
      await fill(frame, "12");
      await frame.locator("#error").waitFor();
      assert.equal(await frame.getByLabel("Your phone number").inputValue(), "12");
    });

    it("replaces the plain form, with what was typed and the cursor where it was", async () => {
      host.write(snippets.iframe);
      const page = await (await browser.newContext()).newPage();
      let letGo = () => {};
      const held = new Promise<void>((resolve) => (letGo = resolve));
      await page.route("**/widgets/embed/*.js", async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(host.origin, { waitUntil: "commit" });
      const frame = page.frameLocator("iframe");
      await frame.locator("opt-in-form > form #address").pressSequentially("07700 9123");
      for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowLeft");
      const before = await frame.locator("opt-in-form").boundingBox();
      letGo();
      await frame.locator("opt-in-form[state=ready]").waitFor();
      await page.keyboard.type("00");
      assert.equal(await frame.getByLabel("Your phone number").inputValue(), "07700 900123");
      assert.deepEqual(await frame.locator("opt-in-form").boundingBox(), before);
    });

    it("says that a form that never existed is closed", async () => {
      host.write(snippets.iframe.replaceAll(form.id, "2".repeat(form.id.length)));
      const page = await visit(host.origin);
      await page.frameLocator("iframe").getByText("This form is closed.").waitFor();
    });

    it("says that the form is closed", async () => {
      const { id } = await api<Form>("/v1/forms", { ...content, active: false });
      host.write(snippets.iframe.replaceAll(form.id, id));
      const page = await visit(host.origin);
      await page.frameLocator("iframe").getByText("This form is closed.").waitFor();
    });

    for (const script of ["with", "without"]) {
      it(`has nothing that axe finds ${script} its script`, async () => {
        const page = await (await browser.newContext()).newPage();
        if (script === "without") await page.route("**/*.js", (route) => route.abort());
        await page.goto(`${server.url}/embed/forms/${form.id}`);
        await page
          .locator(script === "with" ? "opt-in-form[state=ready]" : "opt-in-form > form")
          .waitFor();
        assert.deepEqual(await axe(page), []);
      });
    }
  });

  describe("the tag manager's snippet", () => {
    it("waits for the place where the form should be", async () => {
      host.write(snippets.tagManager);
      const page = await visit(host.origin);
      await page.waitForFunction(() => window.optInKit?.loaded);
      await page.evaluate(() =>
        document.body.append(Object.assign(document.createElement("div"), { id: "opt-in-form" })),
      );
      await page.frameLocator("#opt-in-form iframe").getByRole("button").waitFor();
    });

    it("makes one form when it is there twice", async () => {
      host.write(`<div id="opt-in-form"></div>${snippets.tagManager}${snippets.tagManager}`);
      const page = await visit(host.origin);
      await page.frameLocator("#opt-in-form iframe").first().getByRole("button").waitFor();
      await page.waitForLoadState("networkidle");
      assert.equal(await page.locator("iframe").count(), 1);
    });

    it("is not stopped by a snippet with a broken selector next to it, nor by an element of its name", async () => {
      const broken = snippets.tagManager.replace('"#opt-in-form"', '"#1 broken"');
      host.write(
        `<i id="optInKit"></i><div id="opt-in-form"></div>${broken}${snippets.tagManager}`,
      );
      const page = await visit(host.origin);
      await page.frameLocator("#opt-in-form iframe").first().getByRole("button").waitFor();
    });
  });

  describe("the example page", () => {
    const places: Record<keyof Snippets, (page: Page) => Scope> = {
      iframe: (page) => page.frameLocator("#bread iframe"),
      element: (page) => page.locator("opt-in-form"),
      tagManager: (page) => page.frameLocator("#opt-in-form iframe"),
    };
    for (const [way, place] of Object.entries(places)) {
      it(`opts a person in, the way of ${way}`, async () => {
        const page = await visit(`${server.otherUrl}/site/?form=${form.id}`);
        // Until the frames above have their height, a button below them still moves under the
        // pointer.
        await page.waitForFunction(() =>
          [...document.querySelectorAll("iframe")].every(
            (frame) => frame.style.minHeight === "0px",
          ),
        );
        await optsIn(page, place(page), server.otherUrl);
      });
    }

    it("keeps its own policy", async () => {
      const page = await (await browser.newContext()).newPage();
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      await page.goto(`${server.otherUrl}/site/?form=${form.id}`);
      await page.frameLocator("#opt-in-form iframe").getByRole("button").waitFor();
      assert.deepEqual(said, []);
    });

    it("says how to make a form when it knows none", async () => {
      const page = await visit(`${server.otherUrl}/site/`);
      await page.getByText(`curl ${server.url}/v1/forms`).waitFor();
    });

    it("has nothing that axe finds", async () => {
      const page = await visit(`${server.otherUrl}/site/?form=${form.id}`);
      await page.locator("opt-in-form[state=ready]").waitFor();
      assert.deepEqual(await axe(page), []);
    });
  });
});

type Scope = FrameLocator | ReturnType<Page["locator"]>;

/** Types a new person's number, and reads the flag, the event and its page from the API. */
async function optsIn(page: Page, scope: Scope, origin: string) {
  const number = nextPerson();
  await fill(scope, number);
  await scope.getByText("See you at the counter.").waitFor();
  const query = encodeURIComponent(`+44${number.replace(/^0|\s/g, "")}`);
  const { items } = await api<{ items: { id: string; optIn: { sms: boolean } }[] }>(
    `/v1/profiles?phoneNumber=${query}`,
  );
  assert.equal(items[0]?.optIn.sms, true);
  const events = await api<{ items: Event[] }>(`/v1/profiles/${items[0]?.id}/events`);
  const event = events.items.find(({ source }) => source === "form");
  assert.deepEqual(event?.actor, { form: form.id, wording: form.wording });
  assert.equal(event?.evidence?.page, origin);
  await page.context().close();
}

async function fill(scope: Scope, number: string) {
  await scope.getByLabel("Your phone number").fill(number);
  await scope.getByRole("button", { name: "Text me" }).click();
}

async function axe(page: Page) {
  const { violations } = await axeOn(page).withTags(wcag).analyze();
  return violations.map(({ id }) => id);
}

function nextPerson() {
  return `07700 ${people++}`;
}

async function visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return page;
}

async function api<Answer>(path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${server.key}`, "content-type": "application/json" };
  const response = await fetch(server.url + path, {
    headers,
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
  });
  assert.ok(response.ok, `${path}: ${response.status} ${response.ok ? "" : await response.text()}`);
  return (await response.json()) as Answer;
}
