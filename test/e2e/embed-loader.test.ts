// Whom embed.js trusts: it changes a page that is not ours, so it listens to our own frames only.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import { startServer, type TestServer } from "../support/server.ts";
import { type HostPage, hostPage } from "./host-page.ts";

type Told = { origin?: string; from?: "frame" | "other frame" | "page"; height: unknown };

let server: TestServer;
let browser: Browser;
let host: HostPage;
let page: Page;

describe("embed.js on a page with two of our frames", () => {
  before(async () => {
    server = await startServer();
    browser = await chromium.launch({
      executablePath: await findBrowser(),
      args: browserArguments,
    });
    host = await hostPage(server.url);
    const frame = (id: string) => `<iframe id="${id}" src="${server.url}/embed/forms/x"></iframe>`;
    host.write(`<script src="${server.url}/embed.js"></script>${frame("one")}${frame("two")}`);
    page = await (await browser.newContext()).newPage();
    await page.goto(host.origin);
  });

  after(async () => {
    await browser?.close();
    await host?.close();
    await server?.stop();
  });

  it("sets a frame to the height that it reports", async () => {
    assert.deepEqual(await heightsAfter({ height: 321 }), ["321px", "111px"]);
    assert.deepEqual(await heightsAfter({ from: "other frame", height: 321 }), ["111px", "321px"]);
  });

  it("does not listen to another origin, even in a frame of ours that navigated there", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      server.url.replace("http:", "https:"),
      `${server.url}.evil.example`,
    ]) {
      assert.deepEqual(await heightsAfter({ origin, height: 321 }), ["111px", "111px"], origin);
    }
  });

  it("lets no other window speak for a frame, even one of our own origin", async () => {
    assert.deepEqual(await heightsAfter({ from: "page", height: 321 }), ["111px", "111px"]);
  });

  it("lets no frame cover the page: 4,000 pixels is the limit", async () => {
    for (const height of [4_001, 1e9, Number.MAX_VALUE, "999999"]) {
      assert.deepEqual(await heightsAfter({ height }), ["4000px", "111px"], String(height));
    }
    assert.deepEqual(await heightsAfter({ height: 4_000 }), ["4000px", "111px"]);
  });

  it("ignores a height that is not one", async () => {
    for (const height of [0, -1, "tall", null, {}]) {
      assert.deepEqual(await heightsAfter({ height }), ["111px", "111px"], String(height));
    }
  });
});

/** Both frames' heights after a message, each having been 111px before. */
function heightsAfter({ origin = server.url, from = "frame", height }: Told): Promise<string[]> {
  return page.evaluate(
    ({ origin, from, height }) => {
      const frames = ["one", "two"].map((id) => document.getElementById(id) as HTMLIFrameElement);
      for (const frame of frames) frame.style.height = "111px";
      const [one, two] = frames.map(({ contentWindow }) => contentWindow);
      const source = from === "page" ? window : from === "frame" ? one : two;
      const data = { optInKit: "height", height };
      // Awaited before this returns, so that no message of the frames themselves comes between.
      window.dispatchEvent(new MessageEvent("message", { origin, source: source ?? null, data }));
      return frames.map(({ style }) => style.height);
    },
    { origin, from, height },
  );
}
