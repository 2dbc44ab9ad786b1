// A minimal Hono server: one select through postgres.js, and a plain form as a page.

import process from "node:process";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import postgres from "postgres";

const sql = postgres({ ...JSON.parse(process.env.DATABASE), max: 2, fetch_types: false });

const plainForm = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign up</title></head>
  <body>
    <form method="post" action="/plain">
      <p><label for="address">Phone number</label> <input id="address" name="address" type="tel" required></p>
      <p>I agree to receive messages.</p>
      <button type="submit">Sign up</button>
    </form>
  </body>
</html>`;

const app = new Hono()
  .get("/profiles/:id", async (c) => {
    const [profile] = await sql`select id, phone_number, email from profiles where id = ${c.req.param("id")}`;
    return c.json(profile ?? null);
  })
  .get("/plain", (c) => c.html(plainForm));

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });

process.on("SIGTERM", () => process.exit(0));
