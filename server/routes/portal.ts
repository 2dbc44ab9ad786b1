// The portal: one document for every one of its addresses, and the files that it loads.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { type Context, Hono } from "hono";
import { etag } from "hono/etag";
import { Problem } from "../errors.ts";
import type { AppEnv, Services } from "../http/services.ts";
import { policyOf } from "../pages/policy.ts";

const addresses = [
  "/",
  "/sign-in",
  "/data-preferences",
  // The former address of Data Preferences.
  "/preferences",
  "/keys",
  "/forms/*",
  "/profiles/*",
  "/broadcasts/*",
  "/messages",
] as const;

const policy = policyOf({
  "script-src": "'self'",
  "style-src": "'self'",
  // The ring that counts a toast down sets its state so; a whole style sheet within the page stays
  // forbidden.
  "style-src-attr": "'unsafe-inline'",
  // The component library fetches icons from data URLs inside its own script.
  "connect-src": "'self' data:",
  "img-src": "'self' data:",
  "form-action": "'self'",
});

/** The portal as the build left it in `folder`; it leads to /docs where that is served. */
export function portal(folder: string, { docs = true }: Pick<Services, "docs">) {
  const built = readFileSync(join(folder, "demo/portal/index.html"), "utf8");
  const html = docs ? built : built.replace("<portal-app>", "<portal-app without-docs>");
  const routes = new Hono<AppEnv>().get(
    "/portal/assets/*",
    serveStatic({
      root: join(folder, "demo"),
      precompressed: true,
      onFound: (_, c) => {
        const hashed = /-[\w-]{8}\.\w+$/.test(c.req.path);
        c.header("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
        c.header("X-Content-Type-Options", "nosniff");
        c.header("Cross-Origin-Resource-Policy", "same-origin");
      },
    }),
  );
  for (const address of addresses) routes.get(address, etag(), (c) => page(c, html, 200));
  // For a mistyped address a person gets the portal's page, and a program gets a problem as JSON.
  routes.get("/:mistyped", async (c, next) => {
    try {
      await next();
    } catch (error) {
      const person = c.req.header("Accept")?.includes("text/html");
      if (!person || !(error instanceof Problem) || error.code !== "not_found") throw error;
      return page(c, html, 404);
    }
  });
  return routes;
}

function page(c: Context<AppEnv>, html: string, status: 200 | 404) {
  c.header("Content-Security-Policy", policy);
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "same-origin");
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  c.header("Cache-Control", "no-cache");
  return c.html(html, status);
}
