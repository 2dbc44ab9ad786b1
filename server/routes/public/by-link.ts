// What the routes that are called by signed link have in common.

import type { Context, MiddlewareHandler } from "hono";
import { crossOrigin } from "../../http/cross-origin.ts";
import { forVisitors, hintsOf } from "../../http/language.ts";
import type { AppEnv } from "../../http/services.ts";
import { type OpenedLink, openLink } from "../../links/links.ts";
import { deadLink } from "../../links/preferences.ts";
import type { LinkPurpose } from "../../schemas/links.ts";
import { chooseLanguage } from "../../texts/language.ts";
import { textsOf } from "../../texts/texts.ts";

/**
 * Opens the link whose token is the request's Bearer, on any page. Throws `not_found`, the same for
 * all that is wrong.
 */
export function byLink(
  purpose: LinkPurpose,
  methods: readonly string[],
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { incoming, outgoing } = c.env;
    outgoing.setHeader("Cache-Control", "no-store");
    outgoing.setHeader("X-Content-Type-Options", "nosniff");
    await crossOrigin(c, async () => {});
    if (c.req.method === "OPTIONS") {
      outgoing.setHeader("Access-Control-Allow-Methods", methods.join(", "));
      outgoing.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type");
      outgoing.setHeader("Access-Control-Max-Age", "600");
      return c.body(null, 204);
    }
    await forVisitors(c, async () => {});
    const [, token] = /^bearer +(\S+)$/i.exec(incoming.headers.authorization ?? "") ?? [];
    const link =
      token === undefined ? undefined : openLink(c.get("services").secrets, purpose, token);
    if (!link) throw deadLink();
    c.set("link", link);
    return next();
  };
}

/** The link that `byLink` has opened. */
export function linkOf(c: Context<AppEnv>): OpenedLink {
  return c.get("link");
}

/**
 * What goes along with the flags of a link: until when it works, and the page's texts in the
 * visitor's language.
 */
export function aroundLink(c: Context<AppEnv>, namespace: LinkPurpose) {
  const language = chooseLanguage(hintsOf(c));
  const texts = { ...textsOf(language, "channels"), ...textsOf(language, namespace) };
  return { expiresAt: linkOf(c).expiresAt, language, texts };
}
