// What /embed/preferences and /embed/editor have in common: the token from query or form, and the
// one page for all that is no good.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "hono";
import { asProblem, type statusOf } from "../../errors.ts";
import { problemOf } from "../../http/answer-problem.ts";
import { hintsOf } from "../../http/language.ts";
import type { AppEnv } from "../../http/services.ts";
import { openLink } from "../../links/links.ts";
import { deadLink } from "../../links/preferences.ts";
import { formPagePolicy } from "../../pages/form.ts";
import { type Around, type End, endPage } from "../../pages/linked.ts";
import type { LinkPurpose } from "../../schemas/links.ts";
import { chooseLanguage } from "../../texts/language.ts";

type Status = 200 | ReturnType<typeof statusOf>;

/** Answers with pages of one kind; their template is in `folder`, where the build puts it. */
export function linkedPages(folder: string, purpose: LinkPurpose) {
  const template = readFileSync(join(folder, `widgets/embed/${purpose}.html`), "utf8");
  // Who may see the page is for the token to say, so it may stand in anybody's frame.
  const policy = formPagePolicy({ template, frameAncestors: [] });

  const around = (c: Context<AppEnv>): Around => {
    const hints = hintsOf(c);
    return {
      template,
      language: chooseLanguage(hints),
      alone: c.env.incoming.headers["sec-fetch-dest"] === "document",
      settled: Boolean(hints.page),
    };
  };

  const show = (c: Context<AppEnv>, html: string, status: Status = 200) => {
    c.header("Content-Security-Policy", policy);
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    c.header("X-Robots-Tag", "noindex");
    c.header("Vary", "Accept-Language, Sec-Fetch-Dest");
    return c.html(html, status);
  };

  const end = (c: Context<AppEnv>, how: End, status: Status = 200) =>
    show(c, endPage(around(c), { of: purpose, end: how }), status);

  return {
    around,
    show,
    end,
    /**
     * Opens the link of a token for the rest of the request. Throws `not_found`, the same for all
     * that is wrong.
     */
    open(c: Context<AppEnv>, token: unknown) {
      const link = typeof token === "string" && openLink(c.get("services").secrets, purpose, token);
      if (!link) throw deadLink();
      c.set("link", link);
      return link;
    },
    /**
     * The fields of a posted form, a list where one stands there several times; undefined where the
     * body is no form.
     */
    posted: (c: Context<AppEnv>): Promise<unknown> =>
      c.req.parseBody({ all: true }).catch((error: unknown) => {
        if (!(error instanceof TypeError)) throw error;
        return undefined;
      }),
    /**
     * Answers as `work` does; a link that is no good by the one page of all those, and a service
     * that is away by its own.
     */
    guarded: (work: (c: Context<AppEnv>) => Promise<Response>) => (c: Context<AppEnv>) =>
      work(c).catch((error: unknown) => {
        const { code } = asProblem(error);
        if (code === "not_found") return end(c, "unknown", 404);
        if (code !== "unavailable") throw error;
        problemOf(error as Error, c);
        return end(c, "unavailable", 503);
      }),
  };
}

/** Where a page posts to: itself, in its language, without the token. */
export function postTo(c: Context<AppEnv>): string {
  const lang = c.req.query("lang");
  return lang ? `${c.req.path}?${new URLSearchParams({ lang })}` : c.req.path;
}
