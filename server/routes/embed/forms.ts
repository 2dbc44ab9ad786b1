// /embed/forms: the iframe page, ready to use without JavaScript.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, Hono } from "hono";
import { compress } from "hono/compress";
import * as v from "valibot";
import { asProblem, statusOf } from "../../errors.ts";
import { readPublicForm } from "../../forms/submissions.ts";
import { problemOf } from "../../http/answer-problem.ts";
import { describe } from "../../http/describe.ts";
import { hintsOf } from "../../http/language.ts";
import type { AppEnv } from "../../http/services.ts";
import { valid } from "../../http/validate.ts";
import {
  closedPage,
  type FormPage,
  failedPage,
  formPage,
  formPagePolicy,
  thanksPage,
} from "../../pages/form.ts";
import { type PublicForm, postedCode, postedSubmission } from "../../schemas/forms.ts";
import { madeId } from "../../schemas/text.ts";
import { chooseLanguage } from "../../texts/language.ts";
import { inWords } from "../../texts/problems.ts";
import { type ConfirmCode, type Submit, sealHost } from "../public/submit.ts";

const tag = "For browsers";
const byId = valid("param", v.object({ id: madeId }));

/** The iframe pages; their template is in `folder`, where the build puts it. */
export function embed(
  folder: string,
  { submit, confirmCode }: { submit: Submit; confirmCode: ConfirmCode },
) {
  const template = readFileSync(join(folder, "widgets/embed/form.html"), "utf8");

  const show = (
    c: Context<AppEnv>,
    html: string,
    status: 200 | ReturnType<typeof statusOf>,
    frameAncestors: string[],
  ) => {
    c.header("Content-Security-Policy", formPagePolicy({ template, frameAncestors }));
    c.header("Referrer-Policy", "strict-origin");
    c.header("Cache-Control", "no-store");
    return c.html(html, status);
  };

  /** The page with its form again, when that is of any use. */
  const again = (
    c: Context<AppEnv>,
    error: unknown,
    page: Omit<FormPage, "state" | "error">,
    frameAncestors: string[],
  ) => {
    const problem = asProblem(error);
    const language = languageOf(c, page.form);
    if (problem.code === "gone")
      return show(c, closedPage(template, language), 410, frameAncestors);
    if (!/^(invalid|rate_limited|unavailable)$/.test(problem.code)) throw error;
    const html = formPage({
      ...page,
      state: problem.code === "invalid" ? "invalid" : "failed",
      error: inWords(problemOf(problem, c), language).message,
    });
    return show(c, html, statusOf(problem.code), frameAncestors);
  };

  return (
    new Hono<AppEnv>()
      // Two thirds of the page are its style sheet: on a slow line that is what a visitor waits
      // for.
      .use(compress())
      .get(
        "/forms/:id",
        describe({
          scope: "public",
          tag,
          summary: "The iframe page of a form",
          answers: { 200: null },
          problems: ["not_found", "gone"],
        }),
        byId,
        async (c) => {
          const { reads, secrets } = c.get("services");
          const { form, allowedOrigins, open } = await readPublicForm(reads, c.req.valid("param"));
          if (!open) return show(c, closedPage(template, languageOf(c, form)), 410, allowedOrigins);
          const around = hostOrigin(c);
          const host = around ? sealHost(secrets, form.id, around) : "";
          const page = {
            template,
            form,
            hints: hintsOf(c),
            asks: "address",
            state: "ready",
            host,
          } as const;
          return show(c, formPage(page), 200, allowedOrigins);
        },
      )
      .post(
        "/forms/:id",
        describe({
          scope: "public",
          tag,
          summary: "Submit the iframe page without JavaScript",
          answers: { 200: null },
          problems: ["origin_not_allowed", "not_found", "gone", "invalid", "rate_limited"],
        }),
        byId,
        valid("form", postedSubmission),
        async (c) => {
          const body = c.req.valid("form");
          const { form, allowedOrigins } = await readPublicForm(
            c.get("services").reads,
            c.req.valid("param"),
          );
          const page = {
            template,
            form,
            hints: hintsOf(c),
            host: body.host ?? "",
            address: body.address,
          };
          try {
            const { confirm, addressKind } = await submit(c, form.id, body);
            const waits = confirm === "double";
            const html =
              waits && addressKind !== "email"
                ? formPage({ ...page, asks: "code", state: "ready" })
                : thanksPage({ ...page, ...(waits && { pendingAt: body.address }) });
            return show(c, html, 200, allowedOrigins);
          } catch (error) {
            return again(c, error, { ...page, asks: "address" }, allowedOrigins);
          }
        },
      )
      .post(
        "/forms/:id/confirmations",
        describe({
          scope: "public",
          tag,
          summary: "Confirm on the iframe page without JavaScript",
          answers: { 200: null },
          problems: ["origin_not_allowed", "not_found", "gone", "invalid", "rate_limited"],
        }),
        byId,
        valid("form", postedCode),
        async (c) => {
          const { address, code, wording, host = "", back } = c.req.valid("form");
          const { id } = c.req.valid("param");
          const { form, allowedOrigins } = await readPublicForm(c.get("services").reads, {
            id,
            wording,
          });
          const page = { template, form, hints: hintsOf(c), host, address };
          if (back)
            return show(
              c,
              formPage({ ...page, asks: "address", state: "ready" }),
              200,
              allowedOrigins,
            );
          try {
            await confirmCode(c, id, { address, code, host });
            return show(c, thanksPage(page), 200, allowedOrigins);
          } catch (error) {
            // An e-mail form sends a link: its page has no place for a code.
            const asks = form.addressKind === "email" ? "address" : "code";
            return again(c, error, { ...page, asks }, allowedOrigins);
          }
        },
      )
      .onError((error, c) => {
        const problem = problemOf(error, c);
        const language = chooseLanguage(hintsOf(c));
        const html =
          problem.code === "not_found"
            ? closedPage(template, language)
            : failedPage(template, language, inWords(problem, language).message);
        return show(c, html, statusOf(problem.code), []);
      })
  );
}

function languageOf(c: Context<AppEnv>, { language }: PublicForm) {
  return chooseLanguage({ ...hintsOf(c), form: language });
}

/**
 * The origin of the page around the iframe, as the browser names it; undefined for our own pages
 * and where it does not.
 */
function hostOrigin(c: Context<AppEnv>): string | undefined {
  const referer = c.req.header("Referer") ?? "";
  if (!URL.canParse(referer)) return undefined;
  const { origin } = new URL(referer);
  return origin === new URL(c.get("services").publicUrl).origin ? undefined : origin;
}
