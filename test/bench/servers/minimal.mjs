// A minimal Hono server: one select through postgres.js.

import process from "node:process";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import postgres from "postgres";

const sql = postgres({ ...JSON.parse(process.env.DATABASE), max: 2, fetch_types: false });

const app = new Hono().get("/profiles/:id", async (c) => {
  const [profile] =
    await sql`select id, phone_number, email from profiles where id = ${c.req.param("id")}`;
  return c.json(profile ?? null);
});

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });

process.on("SIGTERM", () => process.exit(0));
