// /embed/forms: the iframe page, ready to use without JavaScript.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono, type Context as HonoContext } from "hono";
import { compress } from "hono/compress";
import * as v from "valibot";
import type { AppEnv } from "../context.ts";
import { asProblem, statusOf } from "../errors.ts";
import { describe } from "../middleware/describe.ts";
import { closedPage, formPage, formPagePolicy } from "../pages/form.ts";
import { postedSubmission } from "../schemas/forms.ts";
import { madeId } from "../schemas/text.ts";
import { readPublicForm } from "../submissions.ts";
import { valid } from "../validate.ts";
import { type Submit, sealHost } from "./submit.ts";

const tag = "For browsers";
const byId = valid("param", v.object({ id: madeId }));

/** The iframe pages; their template is in `folder`, where the build puts it. */
export function embed(folder: string, submit: Submit) {
  const template = readFileSync(join(folder, "widgets/embed/form.html"), "utf8");

  const show = (
    c: HonoContext<AppEnv>,
    html: string,
    status: 200 | ReturnType<typeof statusOf>,
    frameAncestors: string[],
  ) => {
    c.header("Content-Security-Policy", formPagePolicy({ template, frameAncestors }));
    c.header("Referrer-Policy", "strict-origin");
    c.header("Cache-Control", "no-store");
    return c.html(html, status);
  };

  return (
    new Hono<AppEnv>()
      // Two thirds of the page are its style sheet: on a slow line that is what a visitor waits for.
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
          const { reads, secrets } = c.get("context");
          const found = await readPublicForm(reads, c.req.valid("param")).catch((error: unknown) => {
            if (asProblem(error).code === "not_found") return undefined;
            throw error;
          });
          if (!found) return show(c, closedPage(template), 404, []);
          const { form, allowedOrigins, open } = found;
          if (!open) return show(c, closedPage(template), 410, allowedOrigins);
          const around = hostOrigin(c);
          const host = around ? sealHost(secrets, form.id, around) : "";
          return show(c, formPage({ template, form, state: "ready", host }), 200, allowedOrigins);
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
          const { form, allowedOrigins } = await readPublicForm(c.get("context").reads, c.req.valid("param"));
          const page = { template, form, host: body.host ?? "" };
          try {
            await submit(c, form.id, body);
            return show(c, formPage({ ...page, state: "done" }), 200, allowedOrigins);
          } catch (error) {
            const problem = asProblem(error);
            if (problem.code === "gone") return show(c, closedPage(template), 410, allowedOrigins);
            if (problem.code !== "invalid" && problem.code !== "rate_limited") throw error;
            if (problem.retryAfter) c.header("Retry-After", String(problem.retryAfter));
            const invalidPage = formPage({
              ...page,
              state: "invalid",
              address: body.address,
              error: problem.message,
            });
            return show(c, invalidPage, statusOf(problem.code), allowedOrigins);
          }
        },
      )
  );
}

/** The origin of the page around the iframe, as the browser names it; undefined for our own pages and where it does not. */
function hostOrigin(c: HonoContext<AppEnv>): string | undefined {
  const referer = c.req.header("Referer") ?? "";
  if (!URL.canParse(referer)) return undefined;
  const { origin } = new URL(referer);
  return origin === new URL(c.get("context").publicUrl).origin ? undefined : origin;
}
