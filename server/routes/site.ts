// /site: the example customer's page, with the real snippets of the form that `?form=` names.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { readPublicForm } from "../forms/submissions.ts";
import { describe } from "../http/describe.ts";
import type { AppEnv } from "../http/services.ts";
import { sitePage, sitePolicy, siteStartPage } from "../pages/site.ts";
import { snippets } from "../pages/snippets.ts";

/** The example page; its template is in `folder`, where the build puts it. */
export function site(folder: string) {
  const template = readFileSync(join(folder, "demo/site/index.html"), "utf8");
  return new Hono<AppEnv>().get(
    "/",
    describe({
      scope: "public",
      tag: "For browsers",
      summary: "The example customer's page",
      answers: { 200: null },
    }),
    async (c) => {
      const { reads, publicUrl } = c.get("services");
      const id = c.req.query("form") ?? "";
      const found = /^[a-z0-9]{1,64}$/.test(id)
        ? await readPublicForm(reads, { id }).catch(() => undefined)
        : undefined;
      c.header("Cache-Control", "no-store");
      if (!found) {
        c.header("Content-Security-Policy", sitePolicy({ publicUrl }));
        return c.html(siteStartPage({ template, publicUrl }), id === "" ? 200 : 404);
      }
      const code = snippets({ publicUrl, form: found.form });
      c.header("Content-Security-Policy", sitePolicy({ publicUrl, snippets: code }));
      return c.html(sitePage({ template, snippets: code }), 200);
    },
  );
}
