// /v1/profiles: people. What has a name of its own in the path comes before `/:id`.

import { Hono } from "hono";
import * as v from "valibot";
import { describe } from "../../../http/describe.ts";
import { idempotent } from "../../../http/idempotent.ts";
import { readableById } from "../../../http/readable.ts";
import type { AppEnv } from "../../../http/services.ts";
import { listPool } from "../../../http/slowly.ts";
import { valid } from "../../../http/validate.ts";
import { createProfile } from "../../../profiles/create.ts";
import { deleteProfile } from "../../../profiles/delete.ts";
import { forgetProfile } from "../../../profiles/forget.ts";
import { mergeProfiles } from "../../../profiles/merge.ts";
import { listProfiles, readProfile } from "../../../profiles/read.ts";
import { updateProfile } from "../../../profiles/update.ts";
import {
  deleteQuery,
  mergeBody,
  newProfile,
  profile,
  profilePatch,
  profileQuery,
} from "../../../schemas/profiles.ts";
import { pageOf, profileId } from "../../../schemas/text.ts";
import { consent } from "./consent.ts";
import { many } from "./many.ts";

const tag = "Profiles";
const changed = readableById("profiles:read", profile);
const byId = valid("param", v.object({ id: profileId }));

export const profiles = new Hono<AppEnv>()
  .route("/", consent)
  .route("/", many)
  .get(
    "/",
    describe({
      scope: "profiles:read",
      tag,
      summary: "Find profiles",
      description:
        "By the exact `phoneNumber` or `email`, in the order of ids; or by `search`, newest first: words inside an id, an address or the value of a property, in any case and with or without accents; some digits of a phone number, in any spelling; or `name:value` of a property. A word of one or two letters must begin a word; ids made by Opt-in Kit are found by their beginning. Filtered by one flag of theirs (`channel`; `state`: in, out, or never asked, where only a default set it; `source`; `since`), by a `property` (`city`, or `city:london`), and by an address that they have (`has`); also newest first, alone or beside `search`. With `twins=true`, those that have one phone in two spellings, from an older version: merge them.",
      answers: { 200: pageOf(profile) },
      problems: ["invalid"],
    }),
    valid("query", profileQuery),
    async (c) => {
      const query = c.req.valid("query");
      return c.json(
        await listProfiles(
          listPool(c, [
            query.search,
            query.channel,
            query.state,
            query.source,
            query.since,
            query.property,
            query.has,
          ]),
          query,
        ),
        200,
      );
    },
  )
  .post(
    "/",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Create a profile",
      description:
        "Its flags start with the defaults, then `optIn` applies. If an address had opted out before, that needs `evidence` of a later act; otherwise the channel stays out, and `keptOut` says why. Takes an Idempotency-Key.",
      answers: { 201: changed.schema },
      problems: [
        "invalid",
        "too_large",
        "id_in_use",
        "address_in_use",
        "two_profiles",
        "in_flight",
        "idempotency_key_reused",
      ],
    }),
    valid("json", newProfile),
    idempotent,
    async (c) => {
      const made = await createProfile(c.get("sql"), {
        profile: c.req.valid("json"),
        caller: c.get("caller"),
      });
      return c.json(changed.for(c, made), 201);
    },
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
    async (c) => c.json(await readProfile(c.get("services").reads, c.req.valid("param").id), 200),
  )
  .patch(
    "/:id",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Change a profile",
      description:
        "A JSON merge patch (RFC 7396). An address that changes, or comes after an opt-in, carries no consent: its channels are opted out unless `optIn` says otherwise. After the person's own opt-out, `optIn` needs `evidence` of a later act, as in `PUT /v1/profiles/{id}/optin`; addresses change even without it, and `keptOut` says what stays out.",
      answers: { 200: changed.schema },
      problems: [
        "invalid",
        "too_large",
        "not_found",
        "address_in_use",
        "two_profiles",
        "person_opted_out",
      ],
    }),
    byId,
    valid("json", profilePatch),
    async (c) => {
      const { id } = c.req.valid("param");
      const updated = await updateProfile(c.get("sql"), {
        id,
        patch: c.req.valid("json"),
        caller: c.get("caller"),
      });
      return c.json(changed.for(c, updated), 200);
    },
  )
  .delete(
    "/:id",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Delete a profile",
      description: `Its events stay. Its opt-outs stay in force for its addresses, which are kept as
keyed hashes only.

With \`?forget=true\` the person is erased: addresses, properties, evidence, reasons, the texts of
messages to and from them, answers kept for an Idempotency-Key, and the same of profiles merged into
this one. The bare events stay. Every channel of the addresses is opted out from then on, and no
message of any kind is sent there, whoever imports, submits or sends: only the person's own message
with an opt-in keyword changes that, or an opt-in by the API with its \`evidence\`. It also works
after a plain DELETE, on what that left.`,
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
  .post(
    "/:id/merge",
    describe({
      scope: "profiles:write",
      tag,
      summary: "Merge another profile of the same person into this one",
      description:
        "The addresses and properties of `from` move here and `from` is deleted. An opt-out of either wins, and an opt-in without an address does not apply to the address of the other.",
      answers: { 200: changed.schema },
      problems: ["invalid", "too_large", "not_found", "two_profiles"],
    }),
    byId,
    valid("json", mergeBody),
    async (c) => {
      const { id } = c.req.valid("param");
      const wish = { id, ...c.req.valid("json"), caller: c.get("caller") };
      return c.json(changed.for(c, await mergeProfiles(c.get("sql"), wish)), 200);
    },
  );
