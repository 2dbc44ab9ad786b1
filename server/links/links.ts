// Signed links: who has one sees and changes one person's flags, until it expires. They carry ids,
// never an address.

import * as v from "valibot";
import { type Channel, channel } from "../schemas/channels.ts";
import type { LinkPurpose } from "../schemas/links.ts";
import { profileId } from "../schemas/text.ts";
import { seal, unseal } from "./seals.ts";

/**
 * What a link is for: `expiresIn` in seconds, the channels it is limited to, and whom its changes
 * are put down to.
 */
export type LinkWish = {
  profileId: string;
  for: LinkPurpose;
  expiresIn?: number | undefined;
  channels?: readonly Channel[] | undefined;
  actor?: Actor | undefined;
};

/** What a link's token says; `channels` is null where it is for all of them. */
export type OpenedLink = {
  profileId: string;
  madeAt: string;
  expiresAt: string;
  channels: Channel[] | null;
  actor: Actor;
};

type Actor = Record<string, string | number>;

/** Seconds for which a link works where nobody says otherwise: a week, and an hour. */
export const usualExpiry: Readonly<Record<LinkPurpose, number>> = {
  preferences: 7 * 86_400,
  editor: 3600,
};

const pages: Readonly<Record<LinkPurpose, string>> = {
  preferences: "preferences",
  editor: "flags",
};

const second = v.pipe(
  v.number(),
  v.integer(),
  v.transform((seconds) => new Date(seconds * 1000).toISOString()),
);
const inside = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictTuple([
    profileId,
    second,
    second,
    v.nullable(v.array(channel)),
    v.record(v.string(), v.union([v.string(), v.number()])),
  ]),
  v.transform(
    ([profileId, madeAt, expiresAt, channels, actor]): OpenedLink => ({
      profileId,
      madeAt,
      expiresAt,
      channels,
      actor,
    }),
  ),
);

/**
 * A link to the page with a person's flags, sealed with the newest secret. Asks nobody whether
 * there is such a profile.
 */
export function makeLink(
  { publicUrl, secrets }: { publicUrl: string; secrets: readonly string[] },
  { profileId, for: purpose, expiresIn = usualExpiry[purpose], channels, actor = {} }: LinkWish,
): { url: string; expiresAt: string } {
  const madeAt = Math.floor(Date.now() / 1000);
  const expiresAt = madeAt + expiresIn;
  const text = JSON.stringify([profileId, madeAt, expiresAt, channels ?? null, actor]);
  return {
    url: `${publicUrl}/embed/${pages[purpose]}?token=${seal(secrets, sealedFor(purpose), text)}`,
    expiresAt: new Date(expiresAt * 1000).toISOString(),
  };
}

/**
 * What a token says; undefined where it is not one of ours for this purpose, whole, and still good.
 */
export function openLink(
  secrets: readonly string[],
  purpose: LinkPurpose,
  token: string,
): OpenedLink | undefined {
  const { success, output } = v.safeParse(inside, unseal(secrets, sealedFor(purpose), token));
  return success && Date.parse(output.expiresAt) > Date.now() ? output : undefined;
}

function sealedFor(purpose: LinkPurpose): string {
  return `link: ${purpose}`;
}
