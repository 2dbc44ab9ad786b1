// /public/forms: what a form on somebody's page asks of us. Strangers' browsers call it, so it
// trusts nothing.

import { type Context, Hono } from "hono";
import * as v from "valibot";
import type { Sql } from "../../database/connect.ts";
import { closed, readPublicForm } from "../../forms/submissions.ts";
import { crossOrigin, pageOrigin, requireOrigin } from "../../http/cross-origin.ts";
import { describe } from "../../http/describe.ts";
import { forVisitors, hintsOf } from "../../http/language.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import {
  codeConfirmation,
  confirmed,
  type PublicForm,
  type Submitted,
  shownForm,
  shownIn,
  submission,
  submitted,
} from "../../schemas/forms.ts";
import { madeId } from "../../schemas/text.ts";
import { showForm } from "../../texts/show-form.ts";
import type { ConfirmCode, Submit } from "./submit.ts";

const tag = "For browsers";
const byId = valid("param", v.object({ id: madeId }));

/** The public routes of forms; `submit` and `confirmCode` are shared with the iframe page. */
export function publicForms({ submit, confirmCode }: { submit: Submit; confirmCode: ConfirmCode }) {
  return new Hono<AppEnv>()
    .use(crossOrigin)
    .use(forVisitors)
    .options("/:id", byId, (c) => preflight(c, c.req.valid("param").id))
    .options("/:id/submissions", byId, (c) => preflight(c, c.req.valid("param").id))
    .options("/:id/confirmations", byId, (c) => preflight(c, c.req.valid("param").id))
    .get(
      "/:id",
      describe({
        scope: "public",
        tag,
        summary: "Read a form as strangers see it",
        description: `In the form's own language, else that of \`lang\`, else that of \`Accept-Language\`. With \`lang\`, even an empty one, the
detail of a problem, here and below, is in that language and in words for visitors.`,
        answers: { 200: shownForm },
        problems: ["origin_not_allowed", "not_found", "gone"],
      }),
      byId,
      valid("query", shownIn),
      async (c) => {
        const { form, allowedOrigins, open } = await readPublicForm(
          c.get("services").reads,
          c.req.valid("param"),
        );
        requireOrigin(pageOrigin(c), allowedOrigins);
        if (!open) throw closed();
        return c.json(showForm(form, hintsOf(c)), 200);
      },
    )
    .post(
      "/:id/submissions",
      describe({
        scope: "public",
        tag,
        summary: "Submit a form",
        description: `The answer is the same whether the address was known, unknown or opted in already. A form with \`confirm: "double"\` opts nobody
in yet: the address is sent a link (email) or a code of six digits (every other channel), once in
ten minutes at most, and the answer is \`pending\`.`,
        answers: { 200: submitted },
        problems: ["origin_not_allowed", "not_found", "gone", "invalid", "rate_limited"],
      }),
      byId,
      valid("json", submission),
      async (c) => {
        const form = await submit(c, c.req.valid("param").id, c.req.valid("json"));
        return c.json(toSubmitted(form), 200);
      },
    )
    .post(
      "/:id/confirmations",
      describe({
        scope: "public",
        tag,
        summary: "Confirm a submission by the code that was sent",
        description: `Opts in. A code is valid for ten minutes, once, for one address. One that is
wrong, used or too old is an issue at \`code\`; after five tries by one client at an address, or
twenty by all, whether it waits for a code or not, the answer is 429.`,
        answers: { 200: confirmed },
        problems: ["origin_not_allowed", "not_found", "gone", "invalid", "rate_limited"],
      }),
      byId,
      valid("json", codeConfirmation),
      async (c) => {
        const thankYouText = await confirmCode(c, c.req.valid("param").id, c.req.valid("json"));
        return c.json({ status: "done" as const, thankYouText }, 200);
      },
    );
}

function toSubmitted({ confirm, addressKind, thankYouText }: PublicForm): Submitted {
  if (confirm === "none") return { status: "done", thankYouText };
  return { status: "pending", confirm: addressKind === "email" ? "link" : "code", thankYouText };
}

async function preflight(c: Context<AppEnv>, id: string) {
  const { allowedOrigins } = await readPublicForm(c.get("services").reads as Sql, { id });
  requireOrigin(pageOrigin(c), allowedOrigins);
  c.header("Access-Control-Allow-Methods", "GET, POST");
  c.header("Access-Control-Allow-Headers", "Content-Type");
  c.header("Access-Control-Max-Age", "600");
  return c.body(null, 204);
}
