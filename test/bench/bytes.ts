// What a page with one form loads, and the first page of the portal.

import { get } from "node:http";
import type { Browser } from "playwright-core";
import { snippetsOf, withCustomer } from "./browser.ts";
import { type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

/**
 * The bytes of JavaScript that a page with the element, and one with the iframe, load in brotli.
 */
export async function bytes(stage: Stage): Promise<Row[]> {
  const { element, iframe } = await snippetsOf(stage);
  return withCustomer(async ({ browser, page }) => {
    const measure = async (html: string) => {
      const tab = await browser.newPage();
      const scripts = new Set<string>();
      tab.on("request", (request) => {
        if (request.resourceType() === "script") scripts.add(request.url());
      });
      await tab.goto(page(html), { waitUntil: "networkidle" });
      await tab.close();
      const sizes = await Promise.all([...scripts].map(compressedSize));
      return sizes.reduce((sum, size) => sum + size, 0) / 1000;
    };
    const size = { unit: " kB", digits: 2, atMost: 9 };
    const portal = await portalSizes(stage, browser);
    return [
      row({
        what: "JavaScript of a page with <opt-in-form>",
        ours: await measure(element),
        ...size,
      }),
      row({ what: "JavaScript of a page with the iframe", ours: await measure(iframe), ...size }),
      row({
        what: "JavaScript and CSS of the portal's first page",
        ours: portal.sum,
        unit: " kB",
        digits: 1,
        atMost: 160,
      }),
      row({
        what: "  of it the chart, which comes last",
        ours: portal.chart,
        unit: " kB",
        digits: 1,
        atMost: 50,
      }),
    ];
  });
}

/**
 * Kilobytes of all scripts and styles that the portal loads for Home, signed in, and of the chart
 * library among them.
 */
async function portalSizes(
  { ours, key }: Stage,
  browser: Browser,
): Promise<{ sum: number; chart: number }> {
  const link = await fetch(`${ours.url}/v1/sign-in-links`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}` },
  });
  const { url } = (await link.json()) as { url: string };
  const tab = await browser.newPage();
  await tab.goto(url);
  await tab.getByRole("button", { name: "Sign in" }).click();
  await tab.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  const files = new Set<string>();
  tab.on("request", (request) => {
    if (/^(script|stylesheet)$/.test(request.resourceType())) files.add(request.url());
  });
  // Again, as somebody who is signed in and has an empty cache.
  await tab.goto(new URL("/", url).href, { waitUntil: "networkidle" });
  await tab.close();
  const sizes = await Promise.all(
    [...files].map(async (file) => ({ file, size: await compressedSize(file) })),
  );
  const sum = (some: typeof sizes) => some.reduce((total, { size }) => total + size, 0) / 1000;
  return { sum: sum(sizes), chart: sum(sizes.filter(({ file }) => /\/draw-/.test(file))) };
}

/** The bytes of the body for a browser that accepts brotli (over TLS, every browser does). */
function compressedSize(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "Accept-Encoding": "br" } }, (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => (size += chunk.length));
      response.on("end", () => resolve(size));
    }).on("error", reject);
  });
}
