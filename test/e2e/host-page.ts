// A customer's page, on an origin of its own, under the strictest policy that lets the snippets
// work.

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type HostPage = {
  /** http://127.0.0.1:PORT */
  origin: string;
  /** Puts HTML on the page from the next visit on. */
  write(html: string): void;
  close(): Promise<void>;
};

/** Starts a page that allows scripts, calls and frames of `api` only, and no inline style. */
export async function hostPage(api: string): Promise<HostPage> {
  let body = "";
  const server = createServer((_, response) => {
    const inline = [...body.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code = ""]) =>
      hashOf(code),
    );
    const policy = `default-src 'none'; script-src ${[api, ...inline].join(" ")}; connect-src ${api}; frame-src ${api}; base-uri 'none'`;
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.setHeader("Content-Security-Policy", policy);
    response.end(
      `<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><h1>A page</h1>${body}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    write: (html) => {
      body = html;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function hashOf(code: string) {
  return `'sha256-${createHash("sha256").update(code).digest("base64")}'`;
}
