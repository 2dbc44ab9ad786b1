// Which language a request is answered in, as far as the request says.

import type { Context, MiddlewareHandler } from "hono";
import { chooseLanguage, type LanguageHints } from "../texts/language.ts";
import type { AppEnv } from "./services.ts";

/** What the request says of its visitor's language: `?lang=` of the page, and the browser's own. */
export function hintsOf(c: Context<AppEnv>): LanguageHints {
  return { page: c.req.query("lang"), acceptLanguage: c.env.incoming.headers["accept-language"] };
}

/** Has problems told in words for visitors where the request names a `lang`, even an empty one. */
export const forVisitors: MiddlewareHandler<AppEnv> = (c, next) => {
  if (c.req.query("lang") !== undefined) c.set("visitorLanguage", chooseLanguage(hintsOf(c)));
  return next();
};
