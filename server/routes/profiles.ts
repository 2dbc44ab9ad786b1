// /v1/profiles: people, their flags and their history.

import { Hono } from "hono";
import * as v from "valibot";
import type { AppEnv } from "../context.ts";
import { readDefaults, setDefaults } from "../defaults.ts";
import { listEvents, readFlags, setFlag } from "../flags.ts";
import { canSend } from "../messages/decide.ts";
import { describe } from "../middleware/describe.ts";
import { idempotent } from "../middleware/idempotent.ts";
import { createProfile } from "../profiles/create.ts";
import { deleteProfile } from "../profiles/delete.ts";
import { exportProfiles } from "../profiles/export.ts";
import { forgetProfile } from "../profiles/forget.ts";
import { importProfiles } from "../profiles/import.ts";
import { mergeProfiles } from "../profiles/merge.ts";
import { optOutMany } from "../profiles/opt-out.ts";
import { listProfiles, readProfile } from "../profiles/read.ts";
import { updateProfile } from "../profiles/update.ts";
import { event, everyOptIn, flagList, optIn, optInBody, optOutQuery } from "../schemas/flags.ts";
import { importBody, imported } from "../schemas/imports.ts";
import { canSend as canSendAnswer, canSendQuery } from "../schemas/messages.ts";
import {
  deleteQuery,
  exportQuery,
  manyOptedOut,
  mergeBody,
  newProfile,
  optOutBody,
  profile,
  profilePatch,
  profileQuery,
} from "../schemas/profiles.ts";
import { page, pageOf, profileId } from "../schemas/text.ts";
import { valid } from "../validate.ts";
import { streamOf } from "./stream.ts";

const tag = "Profiles";
const byId = valid("param", v.object({ id: profileId }));

export const profiles = new Hono<AppEnv>()
  .get(
    "/optin",
    describe({ scope: "profiles:read", tag, summary: "Read the defaults", answers: { 200: everyOptIn } }),
    async (c) => c.json(await readDefaults(c.get("context").reads), 200),
  )
  .put(
    "/optin",
    describe({
      scope: "defaults:write",
      tag,
      summary: "Set the defaults of the channels named",
      description: "The flag that new profiles start with. Profiles that exist keep theirs.",
      answers: { 200: everyOptIn },
      problems: ["invalid"],
    }),
    valid("json", optIn),
    async (c) => c.json(await setDefaults(c.get("sql"), c.req.valid("json")), 200),
  )
  .get(
    "/",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Find profiles",
      description:
        "By `phoneNumber` or `email` exactly, or by `search`: how an id, a phone number (with or without its country), an e-mail address, its domain or a property begins, the last digits of a number, or `name:value` of a property.",
      answers: { 200: pageOf(profile) },
      problems: ["invalid"],
    }),
    valid("query", profileQuery),
    async (c) => {
      const query = c.req.valid("query");
      const { reads, slowReads } = c.get("context");
      const sql = query.search === undefined ? reads : slowReads;
      return c.json(await listProfiles(sql, query), 200);
    },
  )
  .post(
    "/",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Make a profile",
      description:
        "Its flags start with the defaults, then take what `optIn` says. Takes an Idempotency-Key.",
      answers: { 201: profile },
      problems: [
        "invalid",
        "id_in_use",
        "address_in_use",
        "two_profiles",
        "in_flight",
        "idempotency_key_reused",
      ],
    }),
    idempotent,
    valid("json", newProfile),
    async (c) => {
      const made = await createProfile(c.get("sql"), {
        profile: c.req.valid("json"),
        caller: c.get("caller"),
      });
      return c.json(made, 201);
    },
  )
  .post(
    "/import",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Import up to 5,000 people",
      description:
        "A row is about whoever has its id or one of its addresses, or about somebody new. It adds addresses and properties and takes none away. `optIn` opts in only where nobody has said no (a flag that is out by default), and out. Each row is judged by itself; the answer says what became of it. Importing the same again changes nothing. With `dryRun` nothing changes at all.",
      answers: { 200: imported },
      problems: ["invalid", "too_large"],
    }),
    valid("json", importBody),
    async (c) => {
      const wish = { ...c.req.valid("json"), caller: c.get("caller") };
      const { slowReads } = c.get("context");
      return c.json(await importProfiles(wish.dryRun ? slowReads : c.get("sql"), wish), 200);
    },
  )
  .get(
    "/export",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Export people as CSV",
      description:
        "Everybody, or those whom `search` finds, with the source and age of each flag. Text that a spreadsheet would take for a formula begins with an apostrophe; phone numbers in E.164 stay as they are.",
      answers: { 200: v.string() },
      answerType: "text/csv",
      problems: ["invalid"],
    }),
    valid("query", exportQuery),
    async (c) => {
      const lines = await streamOf(exportProfiles(c.get("context").slowReads, c.req.valid("query")));
      c.header("Content-Type", "text/csv; charset=utf-8");
      c.header("Content-Disposition", 'attachment; filename="profiles.csv"');
      c.header("Cache-Control", "no-store");
      return c.body(lines, 200);
    },
  )
  .post(
    "/optout",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Opt up to 1,000 people out on some channels",
      description:
        "All of them, or none where something goes wrong. Ids that nobody has are answered as `missing`.",
      answers: { 200: manyOptedOut },
      problems: ["invalid"],
    }),
    valid("json", optOutBody),
    async (c) =>
      c.json(await optOutMany(c.get("sql"), { ...c.req.valid("json"), caller: c.get("caller") }), 200),
  )
  .get(
    "/:id",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Read a profile",
      answers: { 200: profile },
      problems: ["not_found"],
    }),
    byId,
    async (c) => c.json(await readProfile(c.get("context").reads, c.req.valid("param").id), 200),
  )
  .patch(
    "/:id",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Change a profile",
      description:
        "A JSON merge patch (RFC 7396). An address that changes carries no consent: its channels are opted out unless `optIn` says otherwise.",
      answers: { 200: profile },
      problems: ["invalid", "not_found", "address_in_use", "two_profiles"],
    }),
    byId,
    valid("json", profilePatch),
    async (c) => {
      const { id } = c.req.valid("param");
      return c.json(
        await updateProfile(c.get("sql"), { id, patch: c.req.valid("json"), caller: c.get("caller") }),
        200,
      );
    },
  )
  .delete(
    "/:id",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Delete a profile",
      description: `Its events stay. Its opt-outs stay in force for its addresses, which are kept as keyed hashes only.

With \`?forget=true\` the person is erased: addresses, properties, evidence, reasons, the texts of messages to and from them, answers kept for
an Idempotency-Key, and the same of profiles merged into this one. The bare events stay. Every channel of the addresses is opted out from
then on, and no message of any kind goes there, whoever imports, submits or sends: only the person's own message with an opt-in keyword
lifts that, or an opt-in by the API that carries its \`evidence\`. It works after a plain DELETE, too, on what that left.`,
      answers: { 204: null },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("query", deleteQuery),
    async (c) => {
      const { id } = c.req.valid("param");
      if (c.req.valid("query").forget === "true") {
        await forgetProfile(c.get("sql"), { id, caller: c.get("caller") });
      } else {
        await deleteProfile(c.get("sql"), id);
      }
      return c.body(null, 204);
    },
  )
  .get(
    "/:id/optin",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Read each flag, and why it is so",
      answers: { 200: flagList },
      problems: ["not_found"],
    }),
    byId,
    async (c) => c.json({ items: await readFlags(c.get("context").reads, c.req.valid("param").id) }, 200),
  )
  .put(
    "/:id/optin",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Opt a profile in on some channels",
      description: `Lifts what the carrier stopped. Where the person of an address was forgotten the flag stays out (source \`forgotten\`), unless the call
carries \`evidence\` of the person's own act.`,
      answers: { 200: profile },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("json", optInBody),
    async (c) => {
      const { channels, reason, evidence } = c.req.valid("json");
      const wish = { profileId: c.req.valid("param").id, optIn: forEach(channels, true), reason, evidence };
      return c.json(await setFlag(c.get("sql"), { ...wish, caller: c.get("caller") }), 200);
    },
  )
  .delete(
    "/:id/optin",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Opt a profile out on some channels",
      description: "`?channel=sms,email`",
      answers: { 200: profile },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("query", optOutQuery),
    async (c) => {
      const { channel, reason } = c.req.valid("query");
      const wish = { profileId: c.req.valid("param").id, optIn: forEach(channel, false), reason };
      return c.json(await setFlag(c.get("sql"), { ...wish, caller: c.get("caller") }), 200);
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
      c.json(await listEvents(c.get("context").reads, c.req.valid("param").id, c.req.valid("query")), 200),
  )
  .get(
    "/:id/can-send",
    describe({
      scope: "profiles:read",
      tag,
      summary: "May a message that needs an opt-in go out, and why",
      answers: { 200: canSendAnswer },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("query", canSendQuery),
    async (c) => {
      const question = { profileId: c.req.valid("param").id, channel: c.req.valid("query").channel };
      return c.json(await canSend(c.get("context").reads, question), 200);
    },
  )
  .post(
    "/:id/merge",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Join another profile of the same person into this one",
      description:
        "The addresses and properties of `from` move here and `from` is deleted. An opt-out of either wins.",
      answers: { 200: profile },
      problems: ["invalid", "not_found", "two_profiles"],
    }),
    byId,
    valid("json", mergeBody),
    async (c) => {
      const { id } = c.req.valid("param");
      return c.json(
        await mergeProfiles(c.get("sql"), { id, ...c.req.valid("json"), caller: c.get("caller") }),
        200,
      );
    },
  );

function forEach(channels: readonly (keyof v.InferOutput<typeof everyOptIn>)[], optedIn: boolean) {
  return Object.fromEntries(channels.map((channel) => [channel, optedIn]));
}
