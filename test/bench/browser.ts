// A Chromium and a customer's page, for measurements in a browser.

import { once } from "node:events";
import { createServer } from "node:http";
import { type Browser, chromium } from "playwright-core";
import { browserArguments, findBrowser } from "../support/browser.mjs";
import type { Stage } from "./stage.ts";

export type Customer = {
  browser: Browser;
  /** Serves a page with this body; returns its address, which is another origin than ours. */
  page(html: string): string;
};

/** Opens both for as long as `work` runs. */
export async function withCustomer<Result>(
  work: (customer: Customer) => Promise<Result>,
): Promise<Result> {
  const pages: string[] = [];
  const server = createServer((request, response) => {
    const html = pages[Number(request.url?.slice(1))];
    response.writeHead(html === undefined ? 404 : 200, {
      "Content-Type": "text/html; charset=utf-8",
    });
    response.end(html);
  }).listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: browserArguments,
  });
  try {
    return await work({
      browser,
      page(html) {
        const head = `<meta charset="utf-8"><title>A shop</title><link rel="icon" href="data:,">`;
        const body = `<body>${html}</body>`;
        const count = pages.push(
          `<!doctype html><html lang="en"><head>${head}</head>${body}</html>`,
        );
        return `http://localhost:${port}/${count - 1}`;
      },
    });
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

/** The snippets that a customer pastes. */
export async function snippetsOf({
  ours,
  key,
  forms,
}: Stage): Promise<{ iframe: string; element: string }> {
  const headers = { Authorization: `Bearer ${key}` };
  const answer = await fetch(`${ours.url}/v1/forms/${forms[0]}/snippet`, { headers });
  return (await answer.json()) as { iframe: string; element: string };
}
