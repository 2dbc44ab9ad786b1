// /v1/rules: which words of an inbound message opt its sender in or out.

import { Hono } from "hono";
import * as v from "valibot";
import { describe } from "../../http/describe.ts";
import { idempotent } from "../../http/idempotent.ts";
import { readable, readableById } from "../../http/readable.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import { addPreset, changePreset, countOptOutWords, deletePreset } from "../../rules/rule-sets.ts";
import {
  createRule,
  deleteRule,
  listRules,
  readRule,
  replaceRule,
  testRules,
} from "../../rules/rules.ts";
import {
  optOutWords,
  presetAdded,
  presetAddedBriefly,
  presetBody,
  presetChange,
  presetPlace,
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
optIn over reply. With \`matches\` \`whole\` it acts only where the keyword is all that the
message says, politeness, punctuation and repetition aside. An opt-in and an opt-out in one message is an opt-out. \`reply\` is sent once to the sender when the rule acts. Takes an Idempotency-Key.${curl("/v1/rules", { channel: "sms", keyword: "JOIN", action: "optIn", reply: "Welcome! Reply STOP to leave." })}`,
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
      description: `In twelve languages: English, Spanish, French, German, Portuguese, Italian,
Dutch, Polish, Ukrainian, Arabic, Japanese and Chinese. Existing words, in any
spelling, are skipped; those of this preset that have no reply of their own get the \`reply\`.
\`keywords\` adds only some of them.

- \`stop\` opts out: stop, stop all, unsubscribe, end, quit, cancel, revoke, opt out, remove, td,
  arrêt, baja, alto, abmelden, 停止 and others, and phrases such as "please stop texting me" (its
  one rule that \`matches\` the \`meaning\`). Sources: FCC 47 CFR 64.1200(a)(10), CTIA Messaging
  Principles and Best Practices, and the carriers' own lists.
- \`start\` opts in: start, unstop, resubscribe, subscribe, join and others.
- \`help\` only replies: help, info and others. It needs the \`reply\`.

Words that ordinary messages begin with, such as \`end\`, must be all that a message says.
\`yes\` and \`no\` are in none: they answer many other questions.${curl("/v1/rules/presets", { channel: "sms", preset: "stop", reply: "You are out. Reply START to come back." })}`,
      answers: { 201: added.schema },
      problems: ["invalid"],
    }),
    valid("json", presetBody),
    async (c) => c.json(added.for(c, await addPreset(c.get("sql"), c.req.valid("json"))), 201),
  )
  .patch(
    "/presets",
    describe({
      scope: "rules:write",
      tag,
      summary: "Pause, resume or answer all words of a preset",
      description: "Changes the rules that came with the preset on this channel and address.",
      answers: { 200: v.object({ changed: v.number() }) },
      problems: ["invalid", "not_found"],
    }),
    valid("json", presetChange),
    async (c) => c.json(await changePreset(c.get("sql"), c.req.valid("json")), 200),
  )
  .delete(
    "/presets",
    describe({
      scope: "rules:write",
      tag,
      summary: "Delete all words of a preset",
      description: "Deletes the rules that came with the preset on this channel and address.",
      answers: { 200: v.object({ deleted: v.array(v.string()) }) },
      problems: ["invalid", "not_found"],
    }),
    valid("query", presetPlace),
    async (c) => c.json(await deletePreset(c.get("sql"), c.req.valid("query")), 200),
  )
  .post(
    "/test",
    describe({
      scope: "rules:read",
      tag,
      summary: "Try the rules on a message",
      description: `Says what the message would do and why. \`verdict\` is the action of the rule
that acts, or \`likely\` where no rule opts out and a person should look. Changes nothing.${curl("/v1/rules/test", { channel: "sms", to: "+44 7700 900001", body: "Stop, please!" })}`,
      answers: { 200: ruleTested },
      problems: ["invalid"],
    }),
    valid("json", ruleTest),
    async (c) => c.json(await testRules(c.get("services").reads, c.req.valid("json")), 200),
  )
  .get(
    "/opt-out-words",
    describe({
      scope: "rules:read",
      tag,
      summary: "Count the words that opt out",
      description: "On a channel without one nobody can opt out by replying to a message.",
      answers: { 200: optOutWords },
    }),
    async (c) => c.json(await countOptOutWords(c.get("services").reads), 200),
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
