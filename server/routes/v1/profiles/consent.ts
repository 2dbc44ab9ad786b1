// /v1/profiles/optin and /v1/profiles/{id}/optin, events, can-send: the defaults, a person's flags
// and their history.

import { Hono } from "hono";
import * as v from "valibot";
import { readDefaults, setDefaults } from "../../../flags/defaults.ts";
import { listEvents, readFlags, setFlag } from "../../../flags/flags.ts";
import { describe, hasScope } from "../../../http/describe.ts";
import { readableById } from "../../../http/readable.ts";
import type { AppEnv } from "../../../http/services.ts";
import { valid } from "../../../http/validate.ts";
import { canSend } from "../../../messages/decide.ts";
import {
  event,
  everyOptIn,
  flagList,
  optIn,
  optInBody,
  optOutQuery,
} from "../../../schemas/flags.ts";
import { canSend as canSendAnswer, canSendQuery } from "../../../schemas/messages.ts";
import { profile } from "../../../schemas/profiles.ts";
import { page, pageOf, profileId } from "../../../schemas/text.ts";

const tag = "Profiles";
const changed = readableById("profiles:read", profile);
const byId = valid("param", v.object({ id: profileId }));

export const consent = new Hono<AppEnv>()
  .get(
    "/optin",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Read the defaults",
      answers: { 200: everyOptIn },
    }),
    async (c) => c.json(await readDefaults(c.get("services").reads), 200),
  )
  .put(
    "/optin",
    describe({
      scope: "defaults:write",
      tag,
      summary: "Set the defaults of the named channels",
      description:
        "The flag that new profiles start with. Profiles that exist keep theirs. A key without `profiles:read` gets only the channels that it named.",
      answers: { 200: v.union([everyOptIn, optIn]) },
      problems: ["invalid"],
    }),
    valid("json", optIn),
    async (c) => {
      const named = c.req.valid("json");
      const defaults = await setDefaults(c.get("sql"), {
        optIn: named,
        actor: c.get("caller").actor,
      });
      return c.json(hasScope(c, "profiles:read") ? defaults : (named as typeof defaults), 200);
    },
  )
  .get(
    "/:id/optin",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Read each flag and its reason",
      answers: { 200: flagList },
      problems: ["not_found"],
    }),
    byId,
    async (c) =>
      c.json({ items: await readFlags(c.get("services").reads, c.req.valid("param").id) }, 200),
  )
  .put(
    "/:id/optin",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Opt a profile in on some channels",
      description: `The newest word counts. Where the person opted out themself (source \`rule\`,
\`preferences\`, \`unsubscribe\`, \`carrier\` or \`forgotten\`) this takes \`evidence\` with a
\`collectedAt\` after that. Without, the answer is 409 \`person_opted_out\`, which names when and
how they opted out, and nothing is opted in. With evidence of an older act the flag stays out, and
\`keptOut\` says so. What the API or an admin opted out needs no evidence.`,
      answers: { 200: changed.schema },
      problems: ["invalid", "not_found", "person_opted_out"],
    }),
    byId,
    valid("json", optInBody),
    async (c) => {
      const { channels, reason, evidence } = c.req.valid("json");
      const wish = {
        profileId: c.req.valid("param").id,
        optIn: forEach(channels, true),
        reason,
        evidence,
      };
      const set = await setFlag(c.get("sql"), { ...wish, caller: c.get("caller") });
      return c.json(changed.for(c, set), 200);
    },
  )
  .delete(
    "/:id/optin",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Opt a profile out on some channels",
      description: "`?channel=sms&channel=email`, or `?channel=sms,email`.",
      answers: { 200: changed.schema },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("query", optOutQuery),
    async (c) => {
      const { channel, reason } = c.req.valid("query");
      const wish = { profileId: c.req.valid("param").id, optIn: forEach(channel, false), reason };
      const set = await setFlag(c.get("sql"), { ...wish, caller: c.get("caller") });
      return c.json(changed.for(c, set), 200);
    },
  )
  .get(
    "/:id/events",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Read the history of a profile, newest first",
      answers: { 200: pageOf(event) },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("query", v.strictObject(page)),
    async (c) =>
      c.json(
        await listEvents(c.get("services").reads, c.req.valid("param").id, c.req.valid("query")),
        200,
      ),
  )
  .get(
    "/:id/can-send",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Ask whether a message that needs an opt-in may be sent, and why",
      answers: { 200: canSendAnswer },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("query", canSendQuery),
    async (c) => {
      const question = {
        profileId: c.req.valid("param").id,
        channel: c.req.valid("query").channel,
      };
      return c.json(await canSend(c.get("services").reads, question), 200);
    },
  );

function forEach(channels: readonly (keyof v.InferOutput<typeof everyOptIn>)[], optedIn: boolean) {
  return Object.fromEntries(channels.map((channel) => [channel, optedIn]));
}
