// Every answer that a test gets from the app is compared with its route's declaration.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import * as v from "valibot";
import { describe } from "../../../server/http/describe.ts";
import type { AppEnv } from "../../../server/http/services.ts";
import { checkAnswer } from "../../support/answers.ts";

const answer = v.object({ id: v.string(), inner: v.array(v.object({ count: v.number() })) });
const { routes } = new Hono<AppEnv>().get(
  "/things/:id",
  describe({ scope: "public", tag: "x", summary: "x", answers: { 200: answer } }),
  (c) => c.json({}, 200),
);
const asked = { method: "GET", path: "/things/1?x=y" };
const given = (body: unknown, status = 200) =>
  checkAnswer(routes, asked, { status, type: "application/json", body });

test("an answer as declared passes", async () => {
  await given({ id: "1", inner: [{ count: 1 }] });
});

test("a field that is missing or of another type is reported with its path", async () => {
  await assert.rejects(given({ inner: [] }), /GET \/things\/1\?x=y answers 200.*"id"/);
  await assert.rejects(given({ id: "1", inner: [{ count: "1" }] }), /"inner",0,"count"/);
});

test("an undeclared field is refused, however deep", async () => {
  await assert.rejects(given({ id: "1", inner: [{ count: 1, secret: 1 }] }), /more than is decl/);
});

test("an undeclared successful status is refused", async () => {
  await assert.rejects(given({ id: "1", inner: [] }, 201), /undeclared/);
});
