// /embed/preferences: the page of a person's own link, ready to use without JavaScript.

import { type Context, Hono } from "hono";
import * as v from "valibot";
import { asProblem, statusOf } from "../../errors.ts";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { streamOf } from "../../http/stream.ts";
import { channelsOf, type OpenedLink } from "../../links/links.ts";
import { readPreferences, readPreferencesOrStop, setPreferences } from "../../links/preferences.ts";
import { type PreferencesPage, preferencesPage, stopPage } from "../../pages/preferences.ts";
import { makeCopy } from "../../profiles/copy.ts";
import { forgetByLink } from "../../profiles/forget.ts";
import type { OptIn } from "../../schemas/flags.ts";
import { type PostedPreferences, postedPreferences } from "../../schemas/posted-preferences.ts";
import type { Preference } from "../../schemas/preferences.ts";
import { aroundLink, linkOf } from "../public/by-link.ts";
import { linkedPages, postTo } from "./linked-pages.ts";

const tag = "For browsers";

/** The page; its template is in `folder`, where the build puts it. */
export function embedPreferences(folder: string) {
  const pages = linkedPages(folder, "preferences");

  const page = (
    c: Context<AppEnv>,
    {
      items,
      token,
      ...what
    }: { items: Preference[]; token: string } & Pick<PreferencesPage, "told" | "wrong">,
  ) => {
    const content = {
      items,
      limited: linkOf(c).channels !== null,
      ...aroundLink(c, "preferences"),
    };
    return preferencesPage({ ...pages.around(c), content, token, action: postTo(c), ...what });
  };

  /** Does what the button says. */
  const act = async (c: Context<AppEnv>, { token, ...wish }: PostedPreferences) => {
    const link = pages.open(c, token);
    if (wish.do === "copy") return download(c, await makeCopy(c.get("services"), link));
    if (wish.do === "forget") {
      await forgetByLink(c.get("sql"), link);
      return pages.end(c, "forgotten");
    }
    const items = await setPreferences(c.get("sql"), { link, optIn: wishOf(wish, link) });
    if (wish.do === "optOut" && items.length === 0) return pages.end(c, "stopped");
    const told = items.some(({ optedIn }) => optedIn) ? "saved" : "allOff";
    return pages.show(c, page(c, { items, token, told }));
  };

  /** The page as it stands now, and why nothing was saved. */
  const again = async (c: Context<AppEnv>, { token }: PostedPreferences, error: unknown) => {
    const { code, retryAfter } = asProblem(error);
    if (!/^(rate_limited|invalid|forbidden)$/.test(code)) throw error;
    if (retryAfter) c.header("Retry-After", String(retryAfter));
    const items = await readPreferences(c.get("services").reads, linkOf(c));
    const { texts } = aroundLink(c, "preferences");
    const why = texts[code === "rate_limited" ? "waitSoon" : "unavailable"];
    return pages.show(
      c,
      page(c, { items, token, wrong: `${texts.notSaved} ${why}` }),
      statusOf(code),
    );
  };

  return new Hono<AppEnv>()
    .get(
      "/",
      describe({
        scope: "public",
        tag,
        summary: "The page of a person's preferences",
        description: `Its address comes from \`POST /v1/profiles/{id}/links\`. It changes nothing.
Where the person's profile is gone, it has one button, which opts out the addresses that the link
was made for, and shows nobody.`,
        answers: { 200: null },
        problems: ["not_found", "unavailable"],
      }),
      pages.guarded(async (c) => {
        const token = c.req.query("token") ?? "";
        const link = pages.open(c, token);
        const { items, stop } = await readPreferencesOrStop(c.get("services").reads, link);
        if (!stop) return pages.show(c, page(c, { items, token }));
        const around = { ...pages.around(c), channels: stop, token, action: postTo(c) };
        return pages.show(c, stopPage(around));
      }),
    )
    .post(
      "/",
      describe({
        scope: "public",
        tag,
        summary: "Change one's preferences without JavaScript",
        answers: { 200: null },
        problems: ["invalid", "not_found", "rate_limited", "unavailable"],
      }),
      pages.guarded(async (c) => {
        const { success, output } = v.safeParse(postedPreferences, await pages.posted(c));
        if (!success) return pages.end(c, "unknown", 404);
        return await act(c, output).catch((error) => again(c, output, error));
      }),
    );
}

/** Only what was switched since it was shown: what happened elsewhere in the meantime stays. */
function wishOf(
  { do: what, shown, was, optIn }: Omit<PostedPreferences, "token">,
  link: OpenedLink,
): OptIn {
  const changed =
    what === "optOut"
      ? [...shown, ...channelsOf(link)]
      : shown.filter((channel) => was.includes(channel) !== optIn.includes(channel));
  return Object.fromEntries(
    changed.map((channel) => [channel, what !== "optOut" && optIn.includes(channel)]),
  );
}

/** The copy as a file, piece by piece, as fast as it is read. */
async function download(c: Context<AppEnv>, copy: AsyncGenerator<string>) {
  c.header("Content-Type", "application/json");
  c.header("Content-Disposition", 'attachment; filename="my-data.json"');
  c.header("Cache-Control", "no-store");
  c.header("Referrer-Policy", "no-referrer");
  return c.body(await streamOf(copy), 200);
}
