// /public/preferences: a person's own flags, by a signed link. Whoever has the link has the right,
// on any page.

import { type Context, Hono } from "hono";
import { describe } from "../../http/describe.ts";
import type { AppEnv } from "../../http/services.ts";
import { streamOf } from "../../http/stream.ts";
import { valid } from "../../http/validate.ts";
import { readPreferences, readPreferencesOrStop, setPreferences } from "../../links/preferences.ts";
import { makeCopy } from "../../profiles/copy.ts";
import { forgetByLink } from "../../profiles/forget.ts";
import type { Channel } from "../../schemas/channels.ts";
import {
  linkQuery,
  ownCopy,
  type Preference,
  preferences as preferencesAnswer,
  preferencesBody,
  preferencesQuery,
} from "../../schemas/preferences.ts";
import { type TextName, text } from "../../texts/texts.ts";
import { aroundLink, byLink, linkOf } from "./by-link.ts";

const tag = "For browsers";
const byToken = "The token of a link for preferences goes along as `Authorization: Bearer TOKEN`.";

export const preferences = new Hono<AppEnv>()
  .use(byLink("preferences", ["GET", "PUT", "DELETE"]))
  .get(
    "/",
    describe({
      scope: "public",
      tag,
      summary: "Read one's own preferences",
      description: `${byToken} Each channel that the person has an address for, the address masked.
\`changeable\` is false where a link cannot opt in, and \`why\` says why. Texts are in the language
of \`lang\`, else of \`Accept-Language\`. With \`gone=stop\`, a link whose person's profile is gone
is not a 404: \`items\` is empty, and \`stop\` lists the channels that the link still opts out.`,
      answers: { 200: preferencesAnswer },
      problems: ["not_found"],
    }),
    valid("query", preferencesQuery),
    async (c) => {
      const { reads } = c.get("services");
      if (!c.req.valid("query").gone)
        return c.json(answer(c, await readPreferences(reads, linkOf(c))), 200);
      const { items, stop } = await readPreferencesOrStop(reads, linkOf(c));
      return c.json(stop ? stopAnswer(c, stop) : answer(c, items), 200);
    },
  )
  .put(
    "/",
    describe({
      scope: "public",
      tag,
      summary: "Change one's own preferences",
      description: `${byToken} \`{"optIn": {"sms": false}}\`; channels that are not named stay
unchanged. An opt-out acts at once, for whoever now has the address that the link was made for, even
if the person's profile is gone: then \`items\` is empty. What the carrier stopped, or the person's
own wish to be forgotten, can be lifted by a message from the person or by the business, but not
here: see \`changeable\`. A link from the page of an unsubscribe link only opts out (\`why\`:
\`own_link\`): it opts out as asked, and answers an opt-in with 403.`,
      answers: { 200: preferencesAnswer },
      problems: ["invalid", "forbidden", "not_found", "rate_limited"],
    }),
    valid("query", linkQuery),
    valid("json", preferencesBody),
    async (c) => {
      const { optIn } = c.req.valid("json");
      return c.json(answer(c, await setPreferences(c.get("sql"), { link: linkOf(c), optIn })), 200);
    },
  )
  .get(
    "/copy",
    describe({
      scope: "public",
      tag,
      summary: "Download everything that is stored about oneself",
      description: `${byToken} A link for some channels only gives no copy.`,
      answers: { 200: ownCopy },
      problems: ["forbidden", "not_found", "rate_limited"],
    }),
    async (c) => {
      const copy = await streamOf(await makeCopy(c.get("services"), linkOf(c)));
      c.header("Content-Type", "application/json");
      c.header("Content-Disposition", 'attachment; filename="my-data.json"');
      return c.body(copy, 200);
    },
  )
  .delete(
    "/",
    describe({
      scope: "public",
      tag,
      summary: "Be forgotten",
      description: `${byToken} Erases as \`DELETE /v1/profiles/{id}?forget=true\` does. A link for
some channels only erases nothing.`,
      answers: { 204: null },
      problems: ["forbidden", "not_found"],
    }),
    async (c) => {
      await forgetByLink(c.get("sql"), linkOf(c));
      return c.body(null, 204);
    },
  );

/** With the texts for what is left to do. */
function stopAnswer(c: Context<AppEnv>, stop: Channel[]) {
  const { texts, ...rest } = answer(c, []);
  const say = (name: TextName) => text(rest.language, name);
  const more = {
    stopText: say("unsubscribe.askText"),
    stoppedTitle: say("unsubscribe.doneTitle"),
    stoppedText: say("unsubscribe.doneText"),
  };
  return { ...rest, stop, texts: { ...texts, ...more } };
}

function answer(c: Context<AppEnv>, items: Preference[]) {
  const link = linkOf(c);
  return { items, limited: link.channels !== null, ...aroundLink(c, "preferences") };
}
