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
  await browser.startTracing(tab, { categories: ["toplevel", "blink.user_timing"] });
  const measured = tab.waitForEvent("console", (message) => message.text().startsWith("measured "));
  await tab.goto(url, { waitUntil: "commit" });
  // What Playwright looks with would block the page: until the page has spoken, nobody looks.
  const usableAt = Number((await measured).text().slice("measured ".length));
  const blocked = blockedIn(await browser.stopTracing(), url);
  const began = await tab.evaluate(() => performance.timeOrigin);
  const field = tab.frameLocator("iframe").locator("#address");
  await field.pressSequentially("7700");
  if ((await field.inputValue()) !== "07700") throw new Error("The field does not keep what is typed.");
  await context.close();
  return { usable: usableAt - began, blocked, requests };
}

/**
 * The blocking time of a page: what each task of its main thread took beyond 50 ms. Counted in time of the processor, since
 * on a busy machine a task also waits for others, whatever it does.
 */
function blockedIn(trace: Buffer, url: string): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const start = traceEvents.find(
    ({ name, args }) => name === "navigationStart" && args.data?.documentLoaderURL === url,
  );
  if (!start) throw new Error("The trace does not show the page.");
  return traceEvents
    .filter(({ name, pid, tid, ts }) => {
      return (
        name === "ThreadControllerImpl::RunTask" && pid === start.pid && tid === start.tid && ts >= start.ts
      );
    })
    .reduce((sum, { tdur = 0 }) => sum + Math.max(0, tdur / 1000 - 50), 0);
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
