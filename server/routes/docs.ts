// /openapi.json, generated from the routes, and /docs, which shows it without a call to anyone
// else.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { generateSpecs } from "hono-openapi";
import { describe } from "../http/describe.ts";
import type { AppEnv } from "../http/services.ts";
import { policyOf } from "../pages/policy.ts";

const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const files = ["swagger-ui.css", "swagger-ui-bundle.js"] as const;

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Opt-in Kit API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <main id="docs"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/show.js"></script>
  </body>
</html>
`;

const policy = policyOf({
  "script-src": "'self'",
  "style-src": "'self' 'unsafe-inline'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
});

const show = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });\n`;

const description = `Ask people, channel by channel, whether you may message them; keep the answer
with proof; stop every message it does not allow.

Everything under \`/v1\` needs a key: \`Authorization: Bearer KEY\`, or HTTP Basic with the key as
user name. Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`. Lists take
\`limit\` and \`cursor\` and answer \`{items, nextCursor}\`.
Where a POST takes an \`Idempotency-Key\`, sending the same again within 24 hours answers the same again and acts once.`;

/** The OpenAPI document of an app's routes, and the page that shows it. */
export function docs(app: Hono<AppEnv>) {
  let document: Promise<string> | undefined;
  const routes = new Hono<AppEnv>()
    .get(
      "/openapi.json",
      describe({
        scope: "public",
        tag: "Operation",
        summary: "This document",
        answers: { 200: null },
      }),
      async (c) => {
        document ??= generate(app, c.get("services").publicUrl);
        return c.body(await document, 200, { "Content-Type": "application/json" });
      },
    )
    .get("/docs", (c) => {
      c.header("Content-Security-Policy", policy);
      return c.html(html);
    })
    .get("/docs/show.js", (c) => c.body(show, 200, { "Content-Type": "text/javascript" }));
  for (const file of files) {
    routes.get(`/docs/${file}`, serveStatic({ path: join(swagger, file) }));
  }
  return routes;
}

/** The document as JSON: costly to make, and the same for as long as the server runs. */
async function generate(app: Hono<AppEnv>, publicUrl: string): Promise<string> {
  const documentation = {
    info: { title: "Opt-in Kit", version: "1", description },
    servers: [{ url: publicUrl }],
    components: {
      securitySchemes: {
        bearer: { type: "http" as const, scheme: "bearer" },
        basic: { type: "http" as const, scheme: "basic" },
      },
    },
  };
  const options = {
    documentation,
    defaultValidationErrorResponse: false as const,
    exclude: [/^\/(docs|site|widgets)/],
  };
  return JSON.stringify(declareLists(await generateSpecs(app, options)));
}

type Document = Awaited<ReturnType<typeof generateSpecs>>;

/** Declares how a list in a query is sent, `channel=sms&channel=email`: generators differ. */
function declareLists(document: Document): Document {
  const operations = Object.values(document.paths ?? {}).flatMap((path) =>
    Object.values(path ?? {}),
  );
  for (const { parameters = [] } of operations as { parameters?: Parameter[] }[]) {
    for (const parameter of parameters) {
      if (parameter.in !== "query" || parameter.schema?.type !== "array") continue;
      Object.assign(parameter, { style: "form", explode: true });
    }
  }
  return document;
}

type Parameter = { in: string; schema?: { type?: string } };
