// A minimal Hono server of one page: the same form as ours in plain HTML, compressed in the same
// way.

import process from "node:process";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { compress } from "hono/compress";

const { confirmationMessage, buttonText, businessName, privacyUrl } = JSON.parse(process.env.FORM);

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sign up for messages from ${businessName}</title>
  </head>
  <body>
    <form method="post" action="/form">
      <p>${businessName}</p>
      <p><label for="address">Your phone number</label> <input id="address" name="address"
        type="tel" required></p>
      <p>${confirmationMessage} <a href="${privacyUrl}">Privacy policy</a></p>
      <button type="submit">${buttonText}</button>
    </form>
  </body>
</html>`;

const app = new Hono().use(compress()).get("/form", (c) => c.html(page));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });

process.on("SIGTERM", () => process.exit(0));
