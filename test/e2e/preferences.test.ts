// A person opens their own link and decides what they get; staff do it for them in a CRM. Real
// server, real browser.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type FrameLocator,
  type Page,
} from "playwright-core";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import { startServer, type TestServer } from "../support/server.ts";
import { type HostPage, hostPage } from "./host-page.ts";

type Flag = { channel: string; optedIn: boolean; source: string; actor: object };

let server: TestServer;
let browser: Browser;
let host: HostPage;
let people = 0;

before(async () => {
  server = await startServer({
    env: { LIMIT_CLIENT: "0", LIMIT_CONFIRMATIONS: "0", LOG_LEVEL: "info" },
  });
  browser = await chromium.launch({ executablePath: await findBrowser(), args: browserArguments });
  host = await hostPage(server.url);
});

after(async () => {
  await browser?.close();
  await host?.close();
  await server?.stop();
});

/** A person who gets text messages and emails, and the address of one of their links. */
async function aPerson(purpose: "preferences" | "editor" = "preferences", wish: object = {}) {
  const number = String(++people).padStart(6, "0");
  const { id } = await api<{ id: string }>("POST", "/v1/profiles", {
    phoneNumber: `+447700${number}`,
    email: `ada${number}@example.com`,
    optIn: { sms: true, email: true },
  });
  const { url } = await api<{ url: string }>("POST", `/v1/profiles/${id}/links`, {
    for: purpose,
    ...wish,
  });
  return { id, url };
}

async function flag(id: string, channel = "sms") {
  const { items } = await api<{ items: Flag[] }>("GET", `/v1/profiles/${id}/optin`);
  return items.find((item) => item.channel === channel) as Flag;
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ locale: "en-GB", ...options })).newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  return page;
}

const sms = (page: Page | FrameLocator) =>
  page.getByRole("switch", { name: "Text messages (SMS)" });
const ready = (page: Page) => page.locator("[state=ready]").waitFor();

describe("a person's own link", () => {
  it("turns a channel off and on again, at once", async () => {
    const { id, url } = await aPerson();
    const page = await open(url);
    await ready(page);
    await sms(page).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    assert.deepEqual([(await flag(id)).optedIn, (await flag(id)).source], [false, "preferences"]);
    await sms(page).click();
    await page.getByText("On since").first().waitFor();
    await page.waitForFunction(() => !document.body.textContent?.includes("Saving…"));
    assert.equal((await flag(id)).optedIn, true);
  });

  it("loads nothing but its one script before it can be used", async () => {
    const { url } = await aPerson();
    const page = await (await browser.newContext()).newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(url, { waitUntil: "networkidle" });
    assert.match(
      asked.join(" "),
      /^\/embed\/preferences \/widgets\/embed\/preferences-[\w-]+\.js$/,
    );
  });

  it("works by the keyboard alone", async () => {
    const { id, url } = await aPerson();
    const page = await open(url);
    await ready(page);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.getByRole("status").getByText("Saved.").waitFor();
    assert.equal((await flag(id)).optedIn, false);
    assert.equal(await sms(page).evaluate((element) => element === document.activeElement), true);
  });

  it("opts out of everything with one button", async () => {
    const { id, url } = await aPerson();
    const page = await open(url);
    await ready(page);
    await page.getByRole("button", { name: "Opt out of everything" }).click();
    await page.getByText("You are opted out of everything here.").waitFor();
    assert.deepEqual([(await flag(id)).optedIn, (await flag(id, "email")).optedIn], [false, false]);
  });

  it("downloads a copy of the data", async () => {
    const { id, url } = await aPerson();
    const page = await open(url);
    await ready(page);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Get a copy of my data" }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), "my-data.json");
    assert.equal(JSON.parse(readFileSync(await file.path(), "utf8")).profile.id, id);
  });

  it("forgets the person after a second step, and then shows nobody", async () => {
    const { id, url } = await aPerson();
    const page = await open(url);
    await ready(page);
    await page.getByText("Forget me", { exact: true }).click();
    await page.getByRole("button", { name: "Yes, erase my data" }).click();
    await page.getByRole("heading", { name: "You are forgotten" }).waitFor();
    assert.equal(await page.getByRole("button").count(), 0);
    assert.equal((await call("GET", `/v1/profiles/${id}`)).status, 404);
    await page.reload();
    // The addresses may belong to somebody else now: whoever has the link can still opt them out.
    await page.getByRole("button", { name: "Opt out of everything" }).waitFor();
    assert.equal(await page.getByRole("button").count(), 1);
    assert.equal(await page.getByRole("switch").count(), 0);
  });

  it("says so when nothing was saved, and tries again", async () => {
    const { id, url } = await aPerson();
    const page = await open(url);
    await ready(page);
    await page.route("**/public/preferences*", (route) => route.abort());
    await sms(page).click();
    await page.getByRole("alert").getByText("Not saved.").waitFor();
    assert.equal(await sms(page).isChecked(), true);
    await page.unroute("**/public/preferences*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    assert.equal((await flag(id)).optedIn, false);
  });

  it("keeps what was switched before the script loaded", async () => {
    const { id, url } = await aPerson();
    const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route("**/widgets/embed/*.js", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(url, { waitUntil: "commit" });
    await sms(page).click();
    letGo();
    await page.getByRole("status").getByText("Saved.").waitFor();
    assert.equal((await flag(id)).optedIn, false);
    assert.equal(await sms(page).evaluate((element) => element === document.activeElement), true);
  });
});

describe("without JavaScript", () => {
  const plain = { javaScriptEnabled: false };

  it("saves what is switched by a button, and shows it", async () => {
    const { id, url } = await aPerson();
    const page = await open(url, plain);
    await sms(page).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    assert.equal(await sms(page).isChecked(), false);
    assert.deepEqual([(await flag(id)).optedIn, (await flag(id, "email")).optedIn], [false, true]);
    assert.equal(new URL(page.url()).search, "");
  });

  it("does not undo what happened elsewhere in the meantime", async () => {
    const { id, url } = await aPerson();
    const page = await open(url, plain);
    await api("DELETE", `/v1/profiles/${id}/optin?channel=email`);
    await sms(page).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("You are opted out of everything here.").waitFor();
    assert.equal((await flag(id, "email")).optedIn, false);
  });

  it("opts out of everything", async () => {
    const { id, url } = await aPerson();
    const page = await open(url, plain);
    await page.getByRole("button", { name: "Opt out of everything" }).click();
    await page.getByText("You are opted out of everything here.").waitFor();
    assert.equal((await flag(id, "email")).optedIn, false);
  });

  it("downloads a copy of the data", async () => {
    const { id, url } = await aPerson();
    const page = await open(url, plain);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Get a copy of my data" }).click();
    assert.equal(JSON.parse(readFileSync(await (await download).path(), "utf8")).profile.id, id);
  });

  it("forgets the person after a second step", async () => {
    const { id, url } = await aPerson();
    const page = await open(url, plain);
    await page.getByText("Forget me", { exact: true }).click();
    await page.getByRole("button", { name: "Yes, erase my data" }).click();
    await page.getByRole("heading", { name: "You are forgotten" }).waitFor();
    assert.equal((await call("GET", `/v1/profiles/${id}`)).status, 404);
  });

  it("lets an editor change a flag with a reason", async () => {
    const { id, url } = await aPerson("editor");
    const page = await open(url, plain);
    const row = page.getByRole("listitem").filter({ hasText: "Text messages (SMS)" });
    await row.getByText("Opt out", { exact: true }).first().click();
    await row.getByRole("textbox", { name: "Reason" }).fill("Asked at the counter");
    await row.getByRole("button", { name: "Opt out" }).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    assert.deepEqual([(await flag(id)).optedIn, (await flag(id)).source], [false, "portal"]);
  });

  it("tells an editor that a reason is missing", async () => {
    const { id, url } = await aPerson("editor");
    const page = await open(url, plain);
    const row = page.getByRole("listitem").filter({ hasText: "Text messages (SMS)" });
    await row.getByText("Opt out", { exact: true }).first().click();
    await row.getByRole("textbox", { name: "Reason" }).fill("  ");
    await row.getByRole("button", { name: "Opt out" }).click();
    await page.getByRole("alert").getByText("Say why: it is part of the proof.").waitFor();
    assert.equal((await flag(id)).optedIn, true);
  });
});

describe("an editor's link in the iframe of a CRM", () => {
  const frame = (url: string) =>
    `<iframe title="Opt-in state" width="100%" src="${url}"></iframe><script src="${server.url}/embed.js" async></script>`;

  it("changes a flag with a reason, in the name of whoever made the link", async () => {
    const { id, url } = await aPerson("editor");
    host.write(frame(url));
    const page = await open(host.origin);
    const inside = page.frameLocator("iframe");
    await inside.locator("[state=ready]").waitFor();
    const row = inside.getByRole("listitem").filter({ hasText: "Text messages (SMS)" });
    await row.getByRole("button", { name: "Opt out" }).click();
    await row.getByRole("textbox", { name: "Reason" }).fill("Asked at the counter");
    await row.getByRole("button", { name: "Opt out" }).click();
    await inside.getByRole("status").getByText("Saved.").waitFor();
    const { optedIn, source, actor } = await flag(id);
    assert.deepEqual([optedIn, source, Object.keys(actor)], [false, "portal", ["key"]]);
  });

  it("is as tall as its content, also while it asks for a reason", async () => {
    const { url } = await aPerson("editor");
    host.write(frame(url));
    const page = await open(host.origin);
    const inside = page.frameLocator("iframe");
    await inside.locator("[state=ready]").waitFor();
    await inside.getByRole("button", { name: "Opt out" }).first().click();
    await inside.getByRole("textbox", { name: "Reason" }).waitFor();
    const height = await page
      .frames()[1]
      ?.evaluate(() => Math.ceil(document.body.getBoundingClientRect().height));
    await page.waitForFunction(
      (inner) => document.querySelector("iframe")?.offsetHeight === inner,
      height,
    );
    assert.ok((height ?? 0) > 400, String(height));
  });
});

describe("<preference-toggles> on a page of another origin, under a strict policy", () => {
  it("saves a change by its token", async () => {
    const { id, url } = await aPerson();
    const token = new URL(url).searchParams.get("token");
    host.write(
      `<preference-toggles token="${token}"></preference-toggles><script type="module" src="${server.url}/widgets/preference-toggles.js"></script>`,
    );
    const page = await open(host.origin);
    await ready(page);
    await sms(page).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    assert.equal((await flag(id)).optedIn, false);
  });

  it("works next to the other widgets of the kit", async () => {
    const { url } = await aPerson("editor");
    const token = new URL(url).searchParams.get("token");
    const scripts = [
      "opt-in-form",
      "preference-toggles",
      "profile-flag-editor",
      "preference-toggles",
    ];
    host.write(
      `<profile-flag-editor token="${token}"></profile-flag-editor>${scripts.map((name, index) => `<script type="module" src="${server.url}/widgets/${name}.js?${index}"></script>`).join("")}`,
    );
    const faults: string[] = [];
    const page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(host.origin, { waitUntil: "networkidle" });
    await ready(page);
    assert.deepEqual(faults, []);
  });
});

describe("a link that does not work", () => {
  it("gets one and the same page, whatever is wrong with it", async () => {
    const { id, url } = await aPerson();
    const editor = (await aPerson("editor")).url;
    const token = new URL(url).searchParams.get("token") ?? "";
    const tokens = [
      "",
      "x",
      `${token}x`,
      token.slice(1),
      id,
      new URL(editor).searchParams.get("token"),
    ];
    const answers = await Promise.all(
      tokens.map((one) =>
        fetch(`${server.url}/embed/preferences?token=${encodeURIComponent(one ?? "")}`),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      tokens.map(() => 404),
    );
    const pages = new Set(await Promise.all(answers.map((answer) => answer.text())));
    assert.equal(pages.size, 1);
    assert.match([...pages].join(""), /This link does not work/);
  });

  it("is explained in the language of the page around the widget", async () => {
    const answer = await fetch(`${server.url}/public/preferences?lang=de-AT`, {
      headers: { Authorization: "Bearer x" },
    });
    const { detail } = (await answer.json()) as { detail: string };
    assert.match(detail, /^Dieser Link funktioniert nicht\. /);
  });

  it("is refused for a POST, too", async () => {
    const body = new URLSearchParams({ token: "x", shown: "sms", was: "sms" });
    const answer = await fetch(`${server.url}/embed/preferences`, { method: "POST", body });
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /This link does not work/);
  });
});

describe("what a link's page reveals", () => {
  for (const purpose of ["preferences", "editor"] as const) {
    it(`is kept from search engines, caches and other sites: ${purpose}`, async () => {
      const { headers } = await fetch((await aPerson(purpose)).url);
      assert.equal(headers.get("Referrer-Policy"), "no-referrer");
      assert.equal(headers.get("Cache-Control"), "no-store");
      assert.equal(headers.get("X-Robots-Tag"), "noindex");
      assert.match(
        headers.get("Content-Security-Policy") ?? "",
        /default-src 'none'.*frame-ancestors \*/,
      );
    });
  }

  it("contains no address", async () => {
    const { url } = await aPerson();
    assert.doesNotMatch(await (await fetch(url)).text(), /\+447700\d|ada\d+@/);
  });

  it("is not in the log", async () => {
    const { url } = await aPerson();
    const token = new URL(url).searchParams.get("token") ?? "";
    await fetch(url);
    await fetch(`${url}broken`);
    await fetch(`${server.url}/embed/preferences`, {
      method: "POST",
      body: new URLSearchParams({ token }),
    });
    assert.match(server.output(), /"route":"\/embed\/preferences"/);
    assert.ok(!server.output().includes(token.slice(0, 20)));
  });

  it("does not change by a hundred GETs or HEADs", async () => {
    const { id, url } = await aPerson();
    const before = await api<{ items: object[] }>("GET", `/v1/profiles/${id}/events`);
    for (let time = 0; time < 100; time++) await fetch(url, { method: time % 2 ? "HEAD" : "GET" });
    assert.deepEqual(await api("GET", `/v1/profiles/${id}/events`), before);
  });
});

function call(method: string, path: string, body?: unknown) {
  return fetch(`${server.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function api<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await call(method, path, body);
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}
