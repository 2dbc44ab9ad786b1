// The iframe page on a slow line and a slow phone, against a plain form in an iframe.

import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { snippetsOf, withCustomer } from "./browser.ts";
import { median, type Row, row } from "./rows.ts";
import { databaseOptions, type Stage } from "./stage.ts";

const rounds = 9;

/** What a load of a customer's page showed: ms from its start, and requests of the iframe beside its document. */
type Loaded = { usable: number; blocked: number; requests: number };

/** Time until the field can be typed into, blocking time, and requests. */
export async function page(stage: Stage): Promise<Row[]> {
  const plain = await stage.start("minimal.mjs", { DATABASE: JSON.stringify(databaseOptions(stage)) });
  const { iframe } = await snippetsOf(stage);
  return withCustomer(async (customer) => {
    const ourPage = customer.page(iframe);
    const plainPage = customer.page(`<iframe src="${plain.url}/plain" width="100%" height="420"></iframe>`);
    await load(customer.browser, ourPage);
    await load(customer.browser, plainPage);
    const found: { ours: Loaded; plain: Loaded }[] = [];
    for (let round = 0; round < rounds; round++) {
      const first = await load(customer.browser, round % 2 ? plainPage : ourPage);
      const second = await load(customer.browser, round % 2 ? ourPage : plainPage);
      found.push(round % 2 ? { ours: second, plain: first } : { ours: first, plain: second });
    }
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
  await tab.goto(url, { waitUntil: "networkidle" });
  const frame = tab.frames()[1];
  if (!frame) throw new Error("The page has no iframe.");
  await frame.waitForFunction(() => (window as Watched).usableAt);
  const input = frame.locator("input[name=address]");
  await input.pressSequentially("07700");
  if ((await input.inputValue()) !== "07700") throw new Error("The field does not take what is typed.");
  const began = await tab.evaluate(() => performance.timeOrigin);
  const usable = (await frame.evaluate(() => (window as Watched).usableAt)) as number;
  const blocked = await Promise.all(
    tab.frames().map((each) => each.evaluate(() => (window as Watched).blocked)),
  );
  await context.close();
  return { usable: usable - began, blocked: Math.max(...blocked.map(Number)), requests };
}

/** What `watch.mjs` notes. */
type Watched = Window & { usableAt?: number; blocked?: number };
