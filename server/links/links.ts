// Signed links: who has one sees and changes one person's flags, until it expires. They name the
// addresses that the person had, encrypted: an opt-out is for whoever has these by then.

import * as v from "valibot";
import { channels } from "../addresses/channels.ts";
import type { Sql } from "../database/connect.ts";
import { noProfile } from "../errors.ts";
import { addressKinds, type Channel, channel } from "../schemas/channels.ts";
import type { LinkPurpose } from "../schemas/links.ts";
import { profileId } from "../schemas/text.ts";
import { decrypt, encrypt } from "./encryption.ts";
import { unseal } from "./seals.ts";

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
  /** It turns flags off alone: a mail that it stands in may be forwarded. */
  onlyOff?: boolean | undefined;
} & Partial<LinkedPerson>;

/**
 * Whose link it is: `bornAt` is when the profile was made, in microseconds, which tells it from
 * another of the same id.
 */
export type LinkedPerson = { bornAt: number | null; addresses: Addresses | null };

/**
 * What a link's token says; `channels` is null where it is for all of them. `bornAt` and
 * `addresses` are null in links of version 0.1, which knew no more than the id.
 */
export type OpenedLink = LinkedPerson & {
  profileId: string;
  madeAt: string;
  expiresAt: string;
  channels: Channel[] | null;
  actor: Actor;
  onlyOff: boolean;
};

type Actor = Record<string, string | number>;
type Addresses = v.InferOutput<typeof addresses>;

/** Seconds for which a link works where nobody says otherwise: a week, and an hour. */
export const usualExpiry: Readonly<Record<LinkPurpose, number>> = {
  preferences: 7 * 86_400,
  editor: 3600,
};

const second = v.pipe(
  v.number(),
  v.integer(),
  v.transform((seconds) => new Date(seconds * 1000).toISOString()),
);
const addresses = v.strictObject({
  phoneNumber: v.nullable(v.string()),
  email: v.nullable(v.string()),
  fbMessengerId: v.nullable(v.string()),
});
const common = [
  profileId,
  second,
  second,
  v.nullable(v.array(channel)),
  v.record(v.string(), v.union([v.string(), v.number()])),
] as const;
const inside = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.strictTuple(common),
    v.strictTuple([...common, v.nullable(v.number()), v.nullable(addresses)]),
    v.strictTuple([...common, v.nullable(v.number()), v.nullable(addresses), v.boolean()]),
  ]),
  v.transform(
    ([
      profileId,
      madeAt,
      expiresAt,
      channels,
      actor,
      bornAt = null,
      addresses = null,
      onlyOff = false,
    ]): OpenedLink => ({
      profileId,
      madeAt,
      expiresAt,
      channels,
      actor,
      bornAt,
      addresses,
      onlyOff,
    }),
  ),
);

/** Whom a link to this profile will be for, as `makeLink` takes it. Throws `not_found`. */
export async function readLinkedPerson(sql: Sql, profileId: string): Promise<LinkedPerson> {
  const [person] = await sql<LinkedPerson[]>`
    select (extract(epoch from created_at) * 1000000)::float8 as "bornAt", json_build_object(
      'phoneNumber', phone_number, 'email', email, 'fbMessengerId', fb_messenger_id) as addresses
    from profiles where id = ${profileId}`;
  if (!person) throw noProfile();
  return person;
}

/**
 * A link to the page with a person's flags, encrypted by the newest secret. Asks nobody whether
 * there is such a profile.
 */
export function makeLink(
  { publicUrl, secrets }: { publicUrl: string; secrets: readonly string[] },
  wish: LinkWish,
): { url: string; expiresAt: string } {
  const { profileId, for: purpose, channels = null, actor = {}, onlyOff } = wish;
  const { expiresIn = usualExpiry[purpose], bornAt = null, addresses = null } = wish;
  const madeAt = Math.floor(Date.now() / 1000);
  const expiresAt = madeAt + expiresIn;
  const usual = [profileId, madeAt, expiresAt, channels, actor, bornAt, addresses];
  const inside = onlyOff ? [...usual, true] : usual;
  const token = encrypt(secrets, sealedFor(purpose), JSON.stringify(inside));
  return {
    url: `${publicUrl}/embed/${purpose}?token=${token}`,
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
  // Version 0.1 sealed its links, in two parts.
  const read = token.includes(".") ? unseal : decrypt;
  const { success, output } = v.safeParse(inside, read(secrets, sealedFor(purpose), token));
  return success && Date.parse(output.expiresAt) > Date.now() ? output : undefined;
}

/**
 * The channels on which a link knows an address that it can opt out, whoever has it; none in links
 * of version 0.1.
 */
export function channelsOf({ addresses, channels: limited }: OpenedLink): Channel[] {
  if (!addresses) return [];
  return (limited ?? channels).filter((channel) => {
    const kind = addressKinds[channel];
    return kind === "profileId" || addresses[kind] !== null;
  });
}

function sealedFor(purpose: LinkPurpose): string {
  return `link: ${purpose}`;
}
