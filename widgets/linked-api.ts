// The API calls of the link widgets: the link's token is the right to see and to change.

import type { OptIn } from "../server/schemas/flags.ts";
import type { EditedFlags, Preferences } from "../server/schemas/preferences.ts";
import { call } from "./api.ts";

/** Where the API is, the token of the link, and the language of the page. */
export type Link = { api: string; token: string; language: string };

/** Each throws an `ApiFailure`; for a link that no longer works, its reason is `closed`. */
/**
 * If the person's profile is gone, the answer has no items, and `stop` lists what can still be
 * stopped.
 */
export const fetchPreferences = (link: Link) =>
  ask<Preferences>(link, "preferences", "GET", undefined, { gone: "stop" });
export const setPreferences = (link: Link, optIn: OptIn) =>
  ask<Preferences>(link, "preferences", "PUT", { optIn });
export const fetchCopy = (link: Link) => ask<object>(link, "preferences/copy", "GET");
export const forgetMe = (link: Link) => ask<void>(link, "preferences", "DELETE");
export const fetchFlags = (link: Link) => ask<EditedFlags>(link, "editor", "GET");
export const setFlags = (link: Link, optIn: OptIn, reason: string) =>
  ask<EditedFlags>(link, "editor", "PUT", { optIn, reason });

function ask<Answer>(
  { api, token, language }: Link,
  path: string,
  method: string,
  body?: object,
  query?: Record<string, string>,
) {
  return call<Answer>(api, `${path}?${new URLSearchParams({ lang: language, ...query })}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    // All tokens share one address: nothing is cached, and no call waits for another's answer.
    cache: "no-store",
    // A change counts even if the person leaves the page at once.
    keepalive: method !== "GET",
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}
