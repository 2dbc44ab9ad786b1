// The built files that browsers fetch: the widgets, the loader, and what the pages of the server
// need.

import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type MiddlewareHandler } from "hono";
import { etag } from "hono/etag";

const hashed = /-[\w-]{8}\.\w+$/;

/**
 * `GET /embed.js`, `/widgets/*` and `/site/assets/*` from the build in `folder`; a template is
 * never served as it is.
 */
export function assets(folder: string) {
  return new Hono()
    .get(
      "/embed.js",
      forEveryPage,
      etag(),
      serveStatic({ path: join(folder, "widgets/embed.js"), precompressed: true }),
    )
    .get(
      "/widgets/*",
      forEveryPage,
      noTemplates,
      etag(),
      serveStatic({ root: folder, precompressed: true }),
    )
    .get(
      "/site/assets/*",
      forEveryPage,
      etag(),
      serveStatic({ root: join(folder, "demo"), precompressed: true }),
    );
}

/** Any page may load these, also as modules and under cross-origin isolation. */
const forEveryPage: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.status >= 400) return;
  c.header("Access-Control-Allow-Origin", "*");
  c.header("Cross-Origin-Resource-Policy", "cross-origin");
  c.header("X-Content-Type-Options", "nosniff");
  c.header(
    "Cache-Control",
    hashed.test(c.req.path)
      ? "public, max-age=31536000, immutable"
      : "public, max-age=300, stale-while-revalidate=86400",
  );
};

const noTemplates: MiddlewareHandler = (c, next) =>
  c.req.path.endsWith(".html") ? Promise.resolve(c.notFound()) : next();
