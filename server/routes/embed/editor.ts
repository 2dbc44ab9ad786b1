// /embed/editor: the page of an editor's link, for an iframe in a CRM, ready to use without
// JavaScript.

import { type Context, Hono } from "hono";
import * as v from "valibot";
import { asProblem, invalid, statusOf } from "../../errors.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { readEditedFlags, setEditedFlags } from "../../links/preferences.ts";
import { type EditorPage, editorPage } from "../../pages/editor.ts";
import { reason } from "../../schemas/flags.ts";
import { postedFlag } from "../../schemas/posted-preferences.ts";
import type { EditedFlags } from "../../schemas/preferences.ts";
import { aroundLink, linkOf } from "../public/by-link.ts";
import { linkedPages, postTo } from "./linked-pages.ts";

const tag = "For browsers";
type Edited = Pick<EditedFlags, "profileId" | "items">;

/** The page; its template is in `folder`, where the build puts it. */
export function embedEditor(folder: string) {
  const pages = linkedPages(folder, "editor");

  const page = (
    c: Context<AppEnv>,
    {
      edited,
      token,
      ...what
    }: { edited: Edited; token: string } & Pick<EditorPage, "told" | "wrong">,
  ) => {
    const content = { ...edited, ...aroundLink(c, "editor") };
    return editorPage({ ...pages.around(c), content, token, action: postTo(c), ...what });
  };

  /** The page as it stands now, and why nothing was saved. */
  const again = async (c: Context<AppEnv>, token: string, error: unknown) => {
    const { code, retryAfter } = asProblem(error);
    if (code !== "rate_limited" && code !== "invalid") throw error;
    if (retryAfter) c.header("Retry-After", String(retryAfter));
    const edited = await readEditedFlags(c.get("services").reads, linkOf(c));
    const { texts } = aroundLink(c, "editor");
    const wrong = code === "invalid" ? texts.reasonMissing : `${texts.notSaved} ${texts.waitSoon}`;
    return pages.show(c, page(c, { edited, token, wrong }), statusOf(code));
  };

  return new Hono<AppEnv>()
    .get(
      "/",
      describe({
        scope: "public",
        tag,
        summary: "The page of an editor",
        description: "Its address comes from `POST /v1/profiles/{id}/links`. It changes nothing.",
        answers: { 200: null },
        problems: ["not_found", "unavailable"],
      }),
      pages.guarded(async (c) => {
        const token = c.req.query("token");
        const edited = await readEditedFlags(c.get("services").reads, pages.open(c, token));
        return pages.show(c, page(c, { edited, token: token ?? "" }));
      }),
    )
    .post(
      "/",
      describe({
        scope: "public",
        tag,
        summary: "Change a flag as an editor without JavaScript",
        answers: { 200: null },
        problems: ["invalid", "not_found", "rate_limited", "unavailable"],
      }),
      pages.guarded(async (c) => {
        const { success, output } = v.safeParse(postedFlag, await pages.posted(c));
        if (!success) return pages.end(c, "unknown", 404);
        const { token, channel, to } = output;
        const link = pages.open(c, token);
        const set = async () => {
          const why = v.safeParse(reason, output.reason);
          if (!why.success) throw invalid("reason", "Say why.");
          const wish = { link, optIn: { [channel]: to === "in" }, reason: why.output };
          return pages.show(
            c,
            page(c, { edited: await setEditedFlags(c.get("sql"), wish), token, told: "saved" }),
          );
        };
        return await set().catch((error) => again(c, token, error));
      }),
    );
}
