// /v1/rules: which words of an inbound message opt its sender in or out.

import { Hono } from "hono";
import * as v from "valibot";
import { describe } from "../../http/describe.ts";
import { idempotent } from "../../http/idempotent.ts";
import { readable, readableById } from "../../http/readable.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import {
  addPreset,
  createRule,
  deleteRule,
  listRules,
  readRule,
  replaceRule,
  testRules,
} from "../../rules/rules.ts";
import {
  presetAdded,
  presetAddedBriefly,
  presetBody,
  rule,
  ruleBody,
  ruleQuery,
  ruleTest,
  ruleTested,
} from "../../schemas/rules.ts";
import { madeId, pageOf } from "../../schemas/text.ts";

const tag = "Rules";
const changed = readableById("rules:read", rule);
const added = readable("rules:read", presetAdded, presetAddedBriefly);
const byId = valid("param", v.object({ id: madeId }));

const curl = (path: string, body: object) => `

\`\`\`sh
curl -X POST http://localhost:8080${path} \\
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '${JSON.stringify(body)}'
\`\`\``;

export const rules = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "rules:read",
      tag,
      summary: "List the rules, newest first, with their conflicts",
      description:
        "`conflicts` names the active rules that match some of the same messages: those that always win over this one, and those that do the opposite.",
      answers: { 200: pageOf(rule) },
      problems: ["invalid"],
    }),
    valid("query", ruleQuery),
    async (c) => c.json(await listRules(c.get("services").reads, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describe({
      scope: "rules:write",
      tag,
      summary: "Create a rule",
      description: `It acts on the next message that begins with the keyword, in any spelling: \`Arrêt\` is \`ARRET!\`, \`stop all\` is \`Stop-All\`. \`inbound\` is the
number, short code, address or page that received the message; \`*\` is any. The longest keyword wins, then a named inbound address over \`*\`, then optOut over
optIn over reply. \`reply\` is sent once to the sender when the rule acts. Takes an Idempotency-Key.${curl("/v1/rules", { channel: "sms", keyword: "JOIN", action: "optIn", reply: "Welcome! Reply STOP to leave." })}`,
      answers: { 201: changed.schema },
      problems: ["invalid", "rule_exists", "in_flight", "idempotency_key_reused"],
    }),
    valid("json", ruleBody),
    idempotent,
    async (c) => c.json(changed.for(c, await createRule(c.get("sql"), c.req.valid("json"))), 201),
  )
  .post(
    "/presets",
    describe({
      scope: "rules:write",
      tag,
      summary: "Add the usual words to stop, to start or for help",
      description: `Existing words, in any spelling, are skipped.

- \`stop\` opts out: stop, stopall, stop all, unsubscribe, end, quit, cancel, revoke, opt out,
  arret. Sources: FCC 47 CFR 64.1200(a)(10), CTIA Messaging Principles and Best Practices, and the
  carriers' own lists.
- \`start\` opts in: start, unstop, resubscribe, join.
- \`help\` only replies: help, info. It needs the \`reply\`.

\`yes\` and \`no\` are in none: they answer many other questions.${curl("/v1/rules/presets", { channel: "sms", preset: "stop", reply: "You are out. Reply START to come back." })}`,
      answers: { 201: added.schema },
      problems: ["invalid"],
    }),
    valid("json", presetBody),
    async (c) => c.json(added.for(c, await addPreset(c.get("sql"), c.req.valid("json"))), 201),
  )
  .post(
    "/test",
    describe({
      scope: "rules:read",
      tag,
      summary: "Try the rules on a message",
      description: `Says which rule would act, and why. Changes nothing.${curl("/v1/rules/test", { channel: "sms", to: "+44 7700 900001", body: "Stop, please!" })}`,
      answers: { 200: ruleTested },
      problems: ["invalid"],
    }),
    valid("json", ruleTest),
    async (c) => c.json(await testRules(c.get("services").reads, c.req.valid("json")), 200),
  )
  .get(
    "/:id",
    describe({
      scope: "rules:read",
      tag,
      summary: "Read a rule",
      answers: { 200: rule },
      problems: ["not_found"],
    }),
    byId,
    async (c) => c.json(await readRule(c.get("services").reads, c.req.valid("param").id), 200),
  )
  .put(
    "/:id",
    describe({
      scope: "rules:write",
      tag,
      summary: "Replace a rule",
      answers: { 200: changed.schema },
      problems: ["invalid", "not_found", "rule_exists"],
    }),
    byId,
    valid("json", ruleBody),
    async (c) => {
      const wish = { id: c.req.valid("param").id, body: c.req.valid("json") };
      return c.json(changed.for(c, await replaceRule(c.get("sql"), wish)), 200);
    },
  )
  .delete(
    "/:id",
    describe({
      scope: "rules:write",
      tag,
      summary: "Delete a rule",
      answers: { 204: null },
      problems: ["not_found"],
    }),
    byId,
    async (c) => {
      await deleteRule(c.get("sql"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  );
