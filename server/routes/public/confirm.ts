// /public/confirm: the links of double opt-in. Mail scanners follow them, so only the button's POST
// confirms.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, Hono } from "hono";
import { statusOf } from "../../errors.ts";
import { confirmByLink, type Pending, readConfirmation } from "../../forms/confirmations.ts";
import { problemOf } from "../../http/answer-problem.ts";
import { clientFinder } from "../../http/client.ts";
import { describe } from "../../http/describe.ts";
import { hintsOf } from "../../http/language.ts";
import type { AppEnv, Services } from "../../http/services.ts";
import { type ConfirmPage, confirmPage } from "../../pages/confirm.ts";
import { plainPagePolicy } from "../../pages/policy.ts";
import { chooseLanguage } from "../../texts/language.ts";
import { evidenceOf } from "./submit.ts";

const tag = "For browsers";

/** The pages; their template is in `folder`, where the build puts it. */
export function confirms({ reads, sql, trustedProxies }: Services, folder: string) {
  const template = readFileSync(join(folder, "widgets/embed/confirm.html"), "utf8");
  const policy = plainPagePolicy(template);
  const findClient = clientFinder(trustedProxies);

  const show = (
    c: Context<AppEnv>,
    page: ConfirmPage,
    status: 200 | ReturnType<typeof statusOf> = 200,
  ) => {
    c.header("Content-Security-Policy", policy);
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    return c.html(confirmPage(template, page), status);
  };
  const language = (c: Context<AppEnv>) => chooseLanguage(hintsOf(c));
  /** The page of a link that confirms nothing (any more): why not. */
  const refused = (c: Context<AppEnv>, pending: Pending | undefined) =>
    pending && !pending.open
      ? show(c, { state: "closed", language: pending.language }, 410)
      : show(c, { state: "gone", language: language(c) }, 404);

  return new Hono<AppEnv>()
    .get(
      "/:token",
      describe({
        scope: "public",
        tag,
        summary: "The page of a confirmation's link",
        description: `It has one button and changes nothing. A link that was used, has expired or
never existed gets the same 404 page; one whose form was deleted or paused gets a 410 page.`,
        answers: { 200: null },
        problems: ["not_found", "gone", "unavailable"],
      }),
      async (c) => {
        const pending = await readConfirmation(reads, c.req.param("token"));
        return pending?.open ? show(c, { state: "ask", ...pending }) : refused(c, pending);
      },
    )
    .post(
      "/:token",
      describe({
        scope: "public",
        tag,
        summary: "Confirm a submission by the link that was sent",
        description:
          "Opts in, once; the answer is a page. Any body is accepted, and none is needed.",
        answers: { 200: null },
        problems: ["not_found", "gone", "unavailable"],
      }),
      async (c) => {
        const token = c.req.param("token");
        const evidence = evidenceOf(c, { client: findClient(c), origin: null });
        const confirmed = await confirmByLink(sql, { token, evidence });
        if (confirmed) return show(c, { state: "done", ...confirmed });
        return refused(c, await readConfirmation(reads, token));
      },
    )
    .onError((error, c) => {
      const { code } = problemOf(error, c);
      return show(c, { state: "failed", language: language(c) }, statusOf(code));
    });
}
