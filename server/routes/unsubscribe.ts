// /public/unsubscribe: the links in messages. Mail programs POST to them by themselves (RFC 8058), people press a button.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono, type Context as HonoContext } from "hono";
import type { AppEnv, Context } from "../context.ts";
import { asProblem } from "../errors.ts";
import { describe } from "../middleware/describe.ts";
import { type UnsubscribeState, unsubscribePage, unsubscribePagePolicy } from "../pages/unsubscribe.ts";
import type { Channel } from "../schemas/channels.ts";
import { keptKey } from "../secrets.ts";
import { readUnsubscribeToken, unsubscribe } from "../unsubscribe.ts";

const tag = "For browsers";

/** The pages; their template is in `folder`, where the build puts it. */
export function unsubscribes(context: Context, folder: string) {
  const template = readFileSync(join(folder, "widgets/embed/unsubscribe.html"), "utf8");
  const policy = unsubscribePagePolicy(template);

  let key: string | undefined;
  const read = async (token: string) => {
    key ??= await keptKey(context.sql, "unsubscribe_key");
    return readUnsubscribeToken(key, token);
  };

  const show = (
    c: HonoContext,
    state: UnsubscribeState,
    { status = 200, channel }: { status?: 200 | 404 | 503; channel?: Channel } = {},
  ) => {
    c.header("Content-Security-Policy", policy);
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    return c.html(unsubscribePage(template, state, channel), status);
  };

  return new Hono<AppEnv>()
    .get(
      "/:token",
      describe({
        scope: "public",
        tag,
        summary: "The page of an unsubscribe link",
        description: "It has one button and changes nothing.",
        answers: { 200: null },
        problems: ["not_found", "unavailable"],
      }),
      async (c) => {
        const wish = await read(c.req.param("token"));
        return wish ? show(c, "ask", { channel: wish.channel }) : show(c, "unknown", { status: 404 });
      },
    )
    .post(
      "/:token",
      describe({
        scope: "public",
        tag,
        summary: "Unsubscribe",
        description: `Opts out at once; the answer is a page. Any body is accepted, and none is needed: what the link says decides. Mail programs send
\`List-Unsubscribe=One-Click\` (RFC 8058).`,
        answers: { 200: null },
        problems: ["not_found", "unavailable"],
      }),
      async (c) => {
        try {
          const wish = await read(c.req.param("token"));
          if (!wish) return show(c, "unknown", { status: 404 });
          const done = await unsubscribe(c.get("sql"), wish);
          return show(c, done ? "done" : "gone", { channel: wish.channel });
        } catch (error) {
          const { code, retryAfter } = asProblem(error);
          if (code !== "unavailable") throw error;
          c.header("Retry-After", String(retryAfter ?? 1));
          return show(c, "failed", { status: 503 });
        }
      },
    );
}
