// What a page with one form loads.

import { get } from "node:http";
import { snippetsOf, withCustomer } from "./browser.ts";
import { type Row, row } from "./rows.ts";
import type { Stage } from "./stage.ts";

/** The bytes of JavaScript over the wire, in brotli, of a page with the element and of one with the iframe. */
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
    return [
      row({ what: "JavaScript of a page with <opt-in-form>", ours: await measure(element), ...size }),
      row({ what: "JavaScript of a page with the iframe", ours: await measure(iframe), ...size }),
    ];
  });
}

/** The bytes of the body as a browser gets it that takes brotli (over TLS every one does). */
function compressedSize(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "Accept-Encoding": "br" } }, (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => (size += chunk.length));
      response.on("end", () => resolve(size));
    }).on("error", reject);
  });
}
