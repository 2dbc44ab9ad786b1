// Pages of a browser that one test after the other uses: to make one takes the browser longer than
// to show something in it.

import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { TestServer } from "./server.ts";

export type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

/**
 * Pages for tests: `take` gives one that was made with these options, `tidy` takes back those that
 * are taken and leaves nothing in them, `leaveOpen` leaves them to their holders. What goes wrong
 * in one that is taken is put into `faults`.
 */
export function keptPages({
  browser,
  server,
  storageState,
  faults,
}: {
  browser: Browser;
  server: TestServer;
  storageState: StorageState;
  faults: string[];
}) {
  const kept = new Map<string, Page>();
  const taken = new Map<Page, BrowserContextOptions>();
  const resting = new Set<Page>();

  const make = async (options: BrowserContextOptions) => {
    const page = await (await browser.newContext({ storageState, ...options })).newPage();
    const complain = (fault: string) => resting.has(page) || faults.push(fault);
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => complain(String(error)));
    page.on("console", (message) => {
      // A refused request is the test's own business; a refused style or script is nobody's.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
        complain(message.text());
    });
    return page;
  };
  const clear = async (page: Page, options: BrowserContextOptions) => {
    const context = page.context();
    for (const other of context.pages()) if (other !== page) await other.close();
    await page.unrouteAll();
    await page.goto(`${server.url}/health`);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await context.clearCookies();
    const { cookies } = { ...storageState, ...(options.storageState as StorageState | undefined) };
    await context.addCookies(cookies);
  };
  return {
    async take(options: BrowserContextOptions) {
      const key = JSON.stringify(options);
      const page = kept.get(key) ?? (await make(options));
      kept.delete(key);
      resting.delete(page);
      taken.set(page, options);
      return page;
    },
    leaveOpen: () => taken.clear(),
    async tidy() {
      for (const [page, options] of taken) {
        taken.delete(page);
        resting.add(page);
        const key = JSON.stringify(options);
        if (kept.has(key) || page.isClosed()) await page.context().close();
        else {
          await clear(page, options);
          kept.set(key, page);
        }
      }
    },
  };
}
