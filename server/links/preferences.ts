// What a signed link shows and changes: a person's own flags, or an editor's view of them.

import * as v from "valibot";
import { maskAddress } from "../addresses/normalise.ts";
import type { Sql } from "../database/connect.ts";
import { asProblem, invalid, Problem } from "../errors.ts";
import type { Caller } from "../flags/flags.ts";
import { addressKinds, type Channel } from "../schemas/channels.ts";
import type { OptIn, RefusalToSet, Source } from "../schemas/flags.ts";
import { type EditedFlags, lock, ownLock, type Preference } from "../schemas/preferences.ts";
import { channelsOf, type OpenedLink } from "./links.ts";

type ShownFlag = {
  profileId: string;
  channel: Channel;
  address: string;
  optedIn: boolean;
  source: Source;
  since: string;
  actor: Caller["actor"];
  event: string;
  asked: boolean;
  refusal: RefusalToSet | null;
};

/** Changes of one person's flags by links, in a minute. */
const maxChanges = 60;

/** The channels that a person has an address for and that the link is for. Throws `not_found`. */
export async function readPreferences(sql: Sql, link: OpenedLink): Promise<Preference[]> {
  const { flags } = await readLinkedFlags(sql, { link, own: true });
  return flags.map((flag) => toPreference(flag, link));
}

/**
 * As `readPreferences`; where the person's profile is gone, `stop` holds the channels that the link
 * still opts out, for whoever has its addresses now. Throws `not_found`.
 */
export async function readPreferencesOrStop(
  sql: Sql,
  link: OpenedLink,
): Promise<{ items: Preference[]; stop?: Channel[] }> {
  try {
    return { items: await readPreferences(sql, link) };
  } catch (error) {
    const stop = channelsOf(link);
    if (asProblem(error).code !== "not_found" || stop.length === 0) throw error;
    return { items: [], stop };
  }
}

/**
 * Sets flags by the person's own wish and answers all that the link shows. An opt-out is also for
 * whoever has the address now that the link was made for, and works where the person's profile is
 * gone: then nothing is shown. Throws `not_found`, `invalid` where it would opt in on a channel
 * that is not shown, `rate_limited`; and `forbidden` where a link that turns flags off alone would
 * opt in, after it has opted out.
 */
export async function setPreferences(
  sql: Sql,
  { link, optIn }: { link: OpenedLink; optIn: OptIn },
): Promise<Preference[]> {
  const caller: Caller = { source: "preferences", actor: link.actor };
  const outs = Object.fromEntries(Object.entries(optIn).filter(([, wish]) => !wish));
  const wishes = link.onlyOff ? outs : optIn;
  const { flags } = await setLinkedFlags(sql, { link, own: true, optIn: wishes, caller });
  if (link.onlyOff && flags.some(({ channel, optedIn }) => optIn[channel] && !optedIn)) {
    throw new Problem(
      "forbidden",
      "This link only opts out. Opting in takes a link of the person's own.",
      { visitorText: "preferences.locked_own_link" },
    );
  }
  return flags.map((flag) => toPreference(flag, link));
}

/** The flags of the channels that an editor's link is for. Throws `not_found`. */
export async function readEditedFlags(
  sql: Sql,
  link: OpenedLink,
): Promise<Pick<EditedFlags, "profileId" | "items">> {
  return toEdited(await readLinkedFlags(sql, { link, own: false }));
}

/** Sets flags as an editor's link allows. Throws as `setPreferences` does. */
export async function setEditedFlags(
  sql: Sql,
  { link, optIn, reason }: { link: OpenedLink; optIn: OptIn; reason: string },
): Promise<Pick<EditedFlags, "profileId" | "items">> {
  const caller: Caller = { source: "portal", actor: link.actor };
  return toEdited(await setLinkedFlags(sql, { link, own: false, optIn, caller, reason }));
}

/** The one problem of every link that does not work, whatever is wrong with it. */
export function deadLink(): Problem {
  return new Problem(
    "not_found",
    "This link does not work. It has expired, or it is not complete. Please ask for a new one.",
    { visitorText: "preferences.deadLink" },
  );
}

/**
 * Throws `forbidden` where a link is for some channels only: what concerns the whole person is not
 * for it.
 */
export function requireWhole({ channels }: OpenedLink): void {
  if (channels)
    throw new Problem(
      "forbidden",
      "This link is for some channels only. Please ask for one for all of them.",
    );
}

type Linked = { profileId: string; flags: ShownFlag[] };

async function readLinkedFlags(
  sql: Sql,
  { link, own }: { link: OpenedLink; own: boolean },
): Promise<Linked> {
  const rows = await sql<ShownFlag[]>`
    select ${columns(sql)}
    from linked_flags(${sql.json(link)}, ${own})`;
  return toLinked(rows);
}

async function setLinkedFlags(
  sql: Sql,
  {
    link,
    own,
    optIn,
    caller,
    reason = null,
  }: { link: OpenedLink; own: boolean; optIn: OptIn; caller: Caller; reason?: string | null },
): Promise<Linked> {
  const rows = await sql<(ShownFlag & { wait: number })[]>`
    select wait, ${columns(sql)}
    from set_linked_flags(p_link => ${sql.json(link)}, p_own => ${own},
      p_opt_in => ${sql.json(optIn)}, p_source => ${caller.source},
      p_actor => ${sql.json(caller.actor)}, p_reason => ${reason}, p_limit => ${maxChanges})`;
  const wait = rows[0]?.wait ?? 0;
  if (wait > 0) {
    throw new Problem("rate_limited", "That was too many changes. Wait a moment and try again.", {
      retryAfter: wait,
    });
  }
  const linked = toLinked(rows);
  const missing = Object.entries(optIn).find(
    ([channel, wanted]) => wanted && !linked.flags.some((flag) => flag.channel === channel),
  );
  if (missing) throw invalid(`optIn.${missing[0]}`, "This link cannot opt in on this channel.");
  return linked;
}

function columns(sql: Sql) {
  return sql`profile_id as "profileId", channel, address, opted_in as "optedIn", source, since,
    actor, event_id as event, asked, refusal`;
}

function toLinked(rows: readonly ShownFlag[]): Linked {
  const [first] = rows;
  if (!first) throw deadLink();
  return { profileId: first.profileId, flags: rows.filter(({ channel }) => channel !== null) };
}

function toPreference(flag: ShownFlag, { onlyOff }: OpenedLink): Preference {
  const { channel, optedIn, asked, since, source } = flag;
  const address = maskAddress(addressKinds[channel], flag.address);
  const isLocked = onlyOff && !optedIn && flag.refusal === null;
  const state = isLocked
    ? { changeable: false, why: "own_link" as const }
    : lockOf(ownLock, flag.refusal);
  return { channel, address, optedIn, asked, since, source, ...state };
}

function toEdited({ profileId, flags }: Linked): Pick<EditedFlags, "profileId" | "items"> {
  const items = flags.map(({ channel, optedIn, asked, source, since, actor, event, refusal }) => {
    return { channel, optedIn, asked, source, since, actor, event, ...lockOf(lock, refusal) };
  });
  return { profileId, items };
}

function lockOf<Lock>(
  locks: v.GenericSchema<unknown, Lock>,
  refusal: RefusalToSet | null,
): { changeable: boolean; why: Lock | null } {
  return { changeable: refusal === null, why: refusal && v.parse(locks, refusal) };
}
