// The portal in a real browser, signed in, on a server of its own.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { axeOn } from "./axe.ts";
import { browserArguments, findBrowser } from "./browser.mjs";
import { keptPages, type StorageState } from "./kept-pages.ts";
import { startServer, type TestServer } from "./server.ts";

export const adminPassword = "a password for the tests alone";

export type TestPortal = {
  server: TestServer;
  browser: Browser;
  /**
   * Opens an address of the portal as the signed-in admin; errors and violations of its policy go
   * into `faults`.
   */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** What went wrong in any page so far, as the browser reported it. */
  faults: string[];
  /** Takes back the pages opened so far, and keeps them for later tests with nothing left there. */
  tidy(): Promise<void>;
  /** Lets the pages opened so far outlast the tests. */
  leaveOpen(): void;
  /** Calls the API with the server's key. */
  api<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  end(): Promise<void>;
};

/** A wide window in light colours, and a phone in dark ones. */
export const looks = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 360, height: 740 } },
] as const;

/**
 * A portal for the tests of one file: it starts before them, with what `prepare` puts into it, and
 * ends after them.
 */
export function usePortal(prepare?: () => Promise<void>): TestPortal {
  const portal = {} as TestPortal;
  before(async () => {
    Object.assign(portal, await testPortal());
    await prepare?.();
    portal.leaveOpen();
  });
  afterEach(() => portal.tidy());
  after(() => portal.end());
  return portal;
}

/** Starts server and browser, and signs in once. */
export async function testPortal(env: Record<string, string> = {}): Promise<TestPortal> {
  const server = await startServer({
    env: { ADMIN_PASSWORD: adminPassword, LIMIT_CLIENT: "0", LIMIT_CONFIRMATIONS: "0", ...env },
  });
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: browserArguments,
  });
  const faults: string[] = [];
  const storageState = await signedIn(browser, server);
  const pages = keptPages({ browser, server, storageState, faults });
  return {
    server,
    browser,
    faults,
    tidy: pages.tidy,
    leaveOpen: pages.leaveOpen,
    async open(path, options = {}) {
      const page = await pages.take(options);
      await page.goto(`${server.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      return page;
    },
    async api(method, path, body) {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      assert.ok(response.ok, `${method} ${path}: ${response.status}`);
      return response.status === 204 ? undefined : await response.json();
    },
    async end() {
      await browser.close();
      await server.stop();
    },
  };
}

/** axe finds nothing, and nothing is wider than the page. */
export async function looksRight(page: Page): Promise<void> {
  const { violations } = await axeOn(page).analyze();
  assert.deepEqual(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" ")}`,
    ),
    [],
  );
  await fits(page);
}

/** Nothing is wider than the page. */
export async function fits(page: Page): Promise<void> {
  const wide = await tooWide(page);
  assert.ok(wide <= 0, `wider than the page by ${wide} px`);
}

/** By how many pixels something is wider than the page; 0 or less if all fits. */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** The content of the open dialog or drawer; to the browser, it is not in their shadow root. */
export function opened(page: Page): Locator {
  return page.locator("wa-dialog[open], wa-drawer[open]");
}

/** Chooses an option of a select as a person does. */
export async function choose(page: Page | Locator, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label }).click();
  const chosen = page.getByRole("option", { name: option, exact: true });
  await chosen.click();
  // A list that is reopened while it closes would close all the same.
  await chosen.waitFor({ state: "hidden" });
}

async function signedIn(browser: Browser, { url }: TestServer): Promise<StorageState> {
  const context = await browser.newContext();
  const answer = await context.request.post(`${url}/session`, {
    data: { password: adminPassword },
    headers: { Origin: url },
  });
  assert.ok(answer.ok(), `signing in: ${answer.status()}`);
  const state = await context.storageState();
  await context.close();
  return state;
}
