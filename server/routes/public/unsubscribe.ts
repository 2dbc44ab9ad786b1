// /public/unsubscribe: the links in messages. Mail programs POST to them by themselves (RFC 8058),
// people press a button.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, Hono } from "hono";
import { keptKey } from "../../access/secrets.ts";
import { channels } from "../../addresses/channels.ts";
import { asProblem, statusOf } from "../../errors.ts";
import { problemOf } from "../../http/answer-problem.ts";
import { describe } from "../../http/describe.ts";
import { hintsOf } from "../../http/language.ts";
import type { AppEnv, Services } from "../../http/services.ts";
import { makeLink, readLinkedPerson } from "../../links/links.ts";
import { findUnsubscriber, readUnsubscribeToken, unsubscribe } from "../../links/unsubscribe.ts";
import { plainPagePolicy } from "../../pages/policy.ts";
import { type UnsubscribeState, unsubscribePage } from "../../pages/unsubscribe.ts";
import type { Channel } from "../../schemas/channels.ts";
import { chooseLanguage } from "../../texts/language.ts";

const tag = "For browsers";

/** The pages; their template is in `folder`, where the build puts it. */
export function unsubscribes(services: Services, folder: string) {
  const template = readFileSync(join(folder, "widgets/embed/unsubscribe.html"), "utf8");
  const policy = plainPagePolicy(template);

  let key: string | undefined;
  const read = async (token: string) => {
    key ??= await keptKey(services.sql, "unsubscribe_key");
    // Mail programs take what stands behind an address in a text for a part of it.
    return readUnsubscribeToken(key, token.replace(/[^\w-]+$/, ""));
  };

  const show = async (
    c: Context<AppEnv>,
    state: UnsubscribeState,
    more: {
      status?: 404 | ReturnType<typeof statusOf>;
      channel?: Channel;
      profileId?: string | undefined;
      messageId?: string | null;
    } = {},
  ) => {
    const { status = 200, channel, profileId, messageId } = more;
    c.header("Content-Security-Policy", policy);
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cache-Control", "no-store");
    // Mails get forwarded: whoever has the link can see the flags and turn them off for an hour,
    // but neither turn them on nor download or erase data.
    const person = profileId && (await readLinkedPerson(services.reads, profileId).catch(ifGone));
    const actor = messageId ? { message: messageId } : {};
    const wish = { for: "preferences", expiresIn: 3600, channels, onlyOff: true, actor } as const;
    const link = person && makeLink(services, { ...wish, ...person, profileId });
    const language = chooseLanguage(hintsOf(c));
    const preferences = link ? `${link.url}&lang=${language}` : undefined;
    const businessName = services.businessName ?? null;
    return c.html(
      unsubscribePage({ template, language, state, businessName, channel, preferences }),
      status,
    );
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
        if (!wish) return show(c, "unknown", { status: 404 });
        const profileId = await findUnsubscriber(services.reads, wish);
        const { channel, messageId } = wish;
        return show(c, "ask", { channel, profileId, messageId });
      },
    )
    .post(
      "/:token",
      describe({
        scope: "public",
        tag,
        summary: "Unsubscribe",
        description: `Opts out at once whoever now has the address that the message was sent to; the
answer is a page. Any body is accepted, and none is needed: the link decides. Mail
programs send \`List-Unsubscribe=One-Click\` (RFC 8058).`,
        answers: { 200: null },
        problems: ["not_found", "unavailable"],
      }),
      async (c) => {
        const wish = await read(c.req.param("token"));
        if (!wish) return show(c, "unknown", { status: 404 });
        const { done, shown } = await unsubscribe(c.get("sql"), wish);
        const { channel, messageId } = wish;
        return show(c, done ? "done" : "gone", { channel, profileId: shown, messageId });
      },
    )
    .onError((error, c) => show(c, "failed", { status: statusOf(problemOf(error, c).code) }));
}

/** Deleted in this instant: there is nothing to lead to. */
function ifGone(error: unknown): undefined {
  if (asProblem(error).code !== "not_found") throw error;
}
