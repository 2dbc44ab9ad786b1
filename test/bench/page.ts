// The iframe page on a slow line and a slow phone, against a plain form in an iframe.

import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { snippetsOf, withCustomer } from "./browser.ts";
import { median, type Row, row } from "./rows.ts";
import { formContent, type Stage } from "./stage.ts";

/** Loads of each page, in turns, so that a noisy machine disturbs both alike. */
const rounds = 25;

/** How much slower the visitor's CPU is. */
const slowdown = 4;

/**
 * The result of loading a customer's page: ms from its start, and the iframe's requests besides its
 * document.
 */
type Loaded = { usable: number; requests: number };

/** Time until the field can be typed into, blocking time, and requests. */
export async function page(stage: Stage): Promise<Row[]> {
  const plain = await stage.start("plain-form.mjs", { FORM: JSON.stringify(formContent) });
  const { iframe } = await snippetsOf(stage);
  return withCustomer(async (customer) => {
    const ourPage = customer.page(iframe);
    const plainFrame = iframe
      .replace(/<script.*/, "")
      .replace(/src="[^"]*"/, `src="${plain.url}/form"`);
    const plainPage = customer.page(plainFrame);
    await load(customer.browser, ourPage);
    await load(customer.browser, plainPage);
    const found: { ours: Loaded; plain: Loaded }[] = [];
    for (let round = 0; round < rounds; round++) {
      const first = await load(customer.browser, round % 2 ? plainPage : ourPage);
      const second = await load(customer.browser, round % 2 ? ourPage : plainPage);
      found.push(round % 2 ? { ours: second, plain: first } : { ours: first, plain: second });
    }
    const blocked: { ours: number; plain: number }[] = [];
    for (let round = 0; round < rounds / 2; round++) {
      blocked.push({
        ours: await blocking(customer.browser, ourPage),
        plain: await blocking(customer.browser, plainPage),
      });
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
        ours: median(blocked.map(({ ours }) => ours)),
        bare: median(blocked.map(({ plain }) => plain)),
        ratio: median(blocked.map(({ ours }) => ours)),
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
  const { tab, measured, close } = await openSlowly(browser, slowdown);
  let requests = 0;
  tab.on("request", (request) => {
    if (request.frame().parentFrame() && !request.isNavigationRequest()) requests++;
  });
  await tab.goto(url, { waitUntil: "commit" });
  // Playwright's own checks would block the page: until the page has reported, nothing looks.
  const usableAt = await measured;
  const began = await tab.evaluate(() => performance.timeOrigin);
  const field = tab.frameLocator("iframe").locator("#address");
  await field.pressSequentially("7700");
  if ((await field.inputValue()) !== "07700")
    throw new Error("The field does not keep what is typed.");
  await close();
  return { usable: usableAt - began, requests };
}

/**
 * The blocking time of a page: the time of each main-thread task beyond 50 ms on the slow CPU. It
 * is computed from processor time at full speed: on a busy machine a task also waits for others,
 * and a slowed one much more.
 */
async function blocking(browser: Browser, url: string): Promise<number> {
  const { tab, measured, close } = await openSlowly(browser, 1);
  await browser.startTracing(tab, { categories: ["toplevel", "blink.user_timing"] });
  await tab.goto(url, { waitUntil: "commit" });
  await measured;
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  await close();
  const start = traceEvents.find(
    ({ name, args }) => name === "navigationStart" && args.data?.documentLoaderURL === url,
  );
  if (!start) throw new Error("The trace does not show the page.");
  return traceEvents
    .filter(({ name, pid, tid, ts }) => {
      return (
        name === "ThreadControllerImpl::RunTask" &&
        pid === start.pid &&
        tid === start.tid &&
        ts >= start.ts
      );
    })
    .reduce((sum, { tdur = 0 }) => sum + Math.max(0, (slowdown * tdur) / 1000 - 50), 0);
}

/**
 * A tab with an empty cache on the slow line; `measured` resolves when the field is usable, as
 * `watch.mjs` reports it.
 */
async function openSlowly(browser: Browser, rate: number) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const session = await context.newCDPSession(tab);
  // One site, so one process and one session: throttling applies to the iframe, too.
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 1_600_000 / 8,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  await context.addInitScript({ path: fileURLToPath(new URL("./watch.mjs", import.meta.url)) });
  const measured = tab
    .waitForEvent("console", (message) => message.text().startsWith("measured "))
    .then((message) => Number(message.text().slice("measured ".length)));
  return { tab, measured, close: () => context.close() };
}

/** Times in µs; `tdur` is that of the processor. */
type TraceEvent = {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  tdur?: number;
  args: { data?: { documentLoaderURL?: string } };
};
