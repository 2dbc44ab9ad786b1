// The iframe page on a slow line and a slow phone, against a plain form in an iframe.

import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { snippetsOf, withCustomer } from "./browser.ts";
import { median, type Row, row } from "./rows.ts";
import { formContent, type Stage } from "./stage.ts";

/** Loads of each page, in turns, so that a noisy machine disturbs both alike. */
const rounds = 25;

/** What a load of a customer's page showed: ms from its start, and requests of the iframe beside its document. */
type Loaded = { usable: number; blocked: number; requests: number };

/** Time until the field can be typed into, blocking time, and requests. */
export async function page(stage: Stage): Promise<Row[]> {
  const plain = await stage.start("plain-form.mjs", { FORM: JSON.stringify(formContent) });
  const { iframe } = await snippetsOf(stage);
  return withCustomer(async (customer) => {
    const ourPage = customer.page(iframe);
    const plainFrame = iframe.replace(/<script.*/, "").replace(/src="[^"]*"/, `src="${plain.url}/form"`);
    const plainPage = customer.page(plainFrame);
    await load(customer.browser, ourPage);
    await load(customer.browser, plainPage);
    const found: { ours: Loaded; plain: Loaded }[] = [];
    for (let round = 0; round < rounds; round++) {
      const first = await load(customer.browser, round % 2 ? plainPage : ourPage);
      const second = await load(customer.browser, round % 2 ? ourPage : plainPage);
      found.push(round % 2 ? { ours: second, plain: first } : { ours: first, plain: second });
    }

    console.table(
      found.map(({ ours, plain }) => ({
        o: ours.usable,
        p: plain.usable,
        r: ours.usable / plain.usable,
        ob: ours.blocked,
        pb: plain.blocked,
      })),
    );
    const middle = (pick: (one: (typeof found)[number]) => number) => median(found.map(pick));
    return [
      row({
        what: "iframe page on a slow line, usable after",
        ours: middle(({ ours }) => ours.usable),
        bare: middle(({ plain }) => plain.usable),
        ratio: middle(({ ours, plain }) => ours.usable / plain.usable),
        atMost: 1.1,
        unit: " ms",
      }),
      row({
        what: "iframe page, blocking time",
        ours: middle(({ ours }) => ours.blocked),
        bare: middle(({ plain }) => plain.blocked),
        ratio: middle(({ ours }) => ours.blocked),
        atMost: 0,
        unit: " ms",
      }),
      row({
        what: "iframe page, requests beside the document",
        ours: middle(({ ours }) => ours.requests),
        atMost: 2,
      }),
    ];
  });
}

/** Loads a page with empty caches, at 1.6 Mbit/s, 150 ms and a quarter of the CPU's speed. */
async function load(browser: Browser, url: string): Promise<Loaded> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const session = await context.newCDPSession(tab);
  // One site, so one process and one session: what is slowed here is slow in the iframe too.
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 1_600_000 / 8,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await context.addInitScript({ path: fileURLToPath(new URL("./watch.mjs", import.meta.url)) });
  let requests = 0;
  tab.on("request", (request) => {
    if (request.frame().parentFrame() && !request.isNavigationRequest()) requests++;
  });
  const measured = tab.waitForEvent("console", (message) => message.text().startsWith("measured "));
  await tab.goto(url, { waitUntil: "commit" });
  // What Playwright looks with would block the page: until the page has spoken, nobody looks.
  const { usableAt, blocked } = JSON.parse((await measured).text().slice("measured ".length)) as Measured;
  const began = await tab.evaluate(() => performance.timeOrigin);
  const field = tab.frameLocator("iframe").locator("#address");
  await field.pressSequentially("7700");
  if ((await field.inputValue()) !== "07700") throw new Error("The field does not keep what is typed.");
  await context.close();
  return { usable: usableAt - began, blocked, requests };
}

/** What `watch.mjs` says. */
type Measured = { usableAt: number; blocked: number };
