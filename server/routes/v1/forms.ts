// /v1/forms: web opt-in forms, for those who make them.

import { Hono } from "hono";
import * as v from "valibot";
import {
  createForm,
  deleteForm,
  listForms,
  readForm,
  readFormWithWordings,
  replaceForm,
} from "../../forms/forms.ts";
import { liftHeldBack, listHeldBack } from "../../forms/held-back.ts";
import { describe } from "../../http/describe.ts";
import { idempotent } from "../../http/idempotent.ts";
import { readable } from "../../http/readable.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import { snippets } from "../../pages/snippets.ts";
import {
  form,
  formBody,
  formBriefly,
  formWithWordings,
  snippets as snippetsSchema,
} from "../../schemas/forms.ts";
import { heldBack, heldBackKey } from "../../schemas/held-back.ts";
import { madeId, page, pageOf } from "../../schemas/text.ts";

const tag = "Forms";
const changed = readable("forms:read", form, formBriefly);
const byId = valid("param", v.object({ id: madeId }));

export const forms = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      scope: "forms:read",
      tag,
      summary: "List the forms, newest first",
      answers: { 200: pageOf(form) },
      problems: ["invalid"],
    }),
    valid("query", v.strictObject(page)),
    async (c) => c.json(await listForms(c.get("services").reads, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describe({
      scope: "forms:write",
      tag,
      summary: "Create a form",
      description: "Takes an Idempotency-Key.",
      answers: { 201: changed.schema },
      problems: ["invalid", "in_flight", "idempotency_key_reused"],
    }),
    valid("json", formBody),
    idempotent,
    async (c) => c.json(changed.for(c, await createForm(c.get("sql"), c.req.valid("json"))), 201),
  )
  .get(
    "/held-back",
    describe({
      scope: "forms:read",
      tag,
      summary: "List what forms held back",
      description: `What forms for phone numbers did not send or accept in the last seven days:
codes to a country that a form does not serve, past the budget of a country or a prefix, or to a
prefix where hardly any code is entered; and numbers of a type that cannot be asked.`,
      answers: { 200: v.object({ items: v.array(heldBack) }) },
    }),
    async (c) => c.json({ items: await listHeldBack(c.get("services").reads) }, 200),
  )
  .post(
    "/held-back/lift",
    describe({
      scope: "forms:write",
      tag,
      summary: "Allow what was held back",
      description: `Removes an item of the list. The count that held it back, of a budget or of a
prefix where hardly any code is entered, starts over.`,
      answers: { 204: null },
      problems: ["invalid", "not_found"],
    }),
    valid("json", heldBackKey),
    async (c) => {
      await liftHeldBack(c.get("sql"), c.req.valid("json"));
      return c.body(null, 204);
    },
  )
  .get(
    "/:id",
    describe({
      scope: "forms:read",
      tag,
      summary: "Read a form and all its wordings",
      description:
        "Deleted forms, too, with `deletedAt`: events name their wordings for  " + "good.",
      answers: { 200: formWithWordings },
      problems: ["not_found"],
    }),
    byId,
    async (c) =>
      c.json(await readFormWithWordings(c.get("services").reads, c.req.valid("param").id), 200),
  )
  .put(
    "/:id",
    describe({
      scope: "forms:write",
      tag,
      summary: "Replace a form",
      description: "Every change that a person sees adds a numbered wording.",
      answers: { 200: changed.schema },
      problems: ["invalid", "not_found"],
    }),
    byId,
    valid("json", formBody),
    async (c) => {
      const wish = { id: c.req.valid("param").id, body: c.req.valid("json") };
      return c.json(changed.for(c, await replaceForm(c.get("sql"), wish)), 200);
    },
  )
  .delete(
    "/:id",
    describe({
      scope: "forms:write",
      tag,
      summary: "Delete a form",
      answers: { 204: null },
      problems: ["not_found"],
    }),
    byId,
    async (c) => {
      await deleteForm(c.get("sql"), c.req.valid("param").id);
      return c.body(null, 204);
    },
  )
  .get(
    "/:id/snippet",
    describe({
      scope: "forms:read",
      tag,
      summary: "Read the code that puts a form on a page, in three ways",
      answers: { 200: snippetsSchema },
      problems: ["not_found"],
    }),
    byId,
    async (c) => {
      const { reads, publicUrl } = c.get("services");
      const form = await readForm(reads, c.req.valid("param").id);
      return c.json(snippets({ publicUrl, form }), 200);
    },
  );
