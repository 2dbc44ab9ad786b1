// Flags: the one writer of an opt-in state, and its proof.

import { fromCursor, type Page, type PageQuery, toPage } from "../cursors.ts";
import type { Sql } from "../database/connect.ts";
import { noProfile } from "../errors.ts";
import type { ConsentEvent, Evidence, Flag, OptIn, Source } from "../schemas/flags.ts";
import type { Profile } from "../schemas/profiles.ts";
import { type AnsweredFlag, keptOutOf } from "./refusals.ts";

/** Who sets a flag, as the event will name it. `actor` holds ids only, never personal data. */
export type Caller = { source: Source; actor: Record<string, string | number> };

/** A wish for some flags of one profile, and why. */
export type FlagChange = {
  profileId: string;
  optIn: OptIn;
  caller: Caller;
  reason?: string | undefined;
  evidence?: Evidence | undefined;
  /** Whether the rest of the call stands where an opt-in is refused; else that is a problem. */
  lenient?: boolean | undefined;
};

/**
 * Sets flags and writes the event of each, in one statement (`set_flag` is the only writer of a
 * flag). A flag that is already so, by the same source and actor, makes no event. Where the person
 * opted out after the act that the evidence is of, the channel stays out, and is in `keptOut`.
 * Throws `not_found`; and where an opt-in over the person's own opt-out has no such evidence
 * `person_opted_out`, and nobody is opted in, or if `lenient` that channel is in `keptOut`, too.
 */
export async function setFlag(sql: Sql, change: FlagChange): Promise<Profile> {
  const { profileId, optIn, caller, reason, evidence, lenient = false } = change;
  const [row] = await sql<(Profile & { flags: AnsweredFlag[] | null })[]>`
    with changed as materialized (
      select channel, opted_in as "optedIn", source, iso_time(acted_at) as "actedAt",
        refusal
      from set_flags(
        p_profile_id => ${profileId}, p_opt_in => ${sql.json(optIn)},
        p_source => ${caller.source}, p_actor => ${sql.json(caller.actor)},
        p_reason => ${reason ?? null}, p_evidence => ${evidence ? sql.json(evidence) : null},
        p_all => ${!lenient})
    )
    select p.id, p."phoneNumber", p.email, p."fbMessengerId", p.properties,
      (select json_object_agg(channel, "optedIn") from changed) as "optIn",
      p."createdAt", p."updatedAt",
      (select json_agg(changed) from changed) as flags
    from shown_profiles p where p.id = ${profileId}`;
  // Deleted at this moment: the profile is still visible but has no flags left.
  if (!row?.flags) throw noProfile();
  const { flags, ...profile } = row;
  const keptOut = keptOutOf(flags, { optIn, lenient });
  return keptOut ? { ...profile, keptOut } : profile;
}

/**
 * Each flag of a profile: in or out, set by what, since when, by which event. Throws `not_found`.
 */
export async function readFlags(sql: Sql, profileId: string): Promise<Flag[]> {
  const flags = await sql<Flag[]>`
    select f.channel, f.opted_in as "optedIn", f.source, f.since, f.actor, f.event_id as event,
      f.asked
    from flags f join channels c using (channel)
    where f.profile_id = ${profileId}
    order by c.position`;
  if (flags.length === 0) throw noProfile();
  return flags;
}

/**
 * The history of a profile, newest first; it outlives the profile. Throws `not_found` where there
 * never was one.
 */
export async function listEvents(
  sql: Sql,
  profileId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<ConsentEvent>> {
  const before = fromCursor(cursor, /^\d{1,18}$/) ?? null;
  const events = await sql<ConsentEvent[]>`
    select ${eventColumns(sql)}
    from events e left join evidence d on d.profile_id = e.profile_id and d.event_id = e.id
    where e.profile_id = ${profileId} and (${before}::bigint is null or e.id < ${before})
    order by e.id desc
    limit ${limit + 1}`;
  if (events.length === 0 && !cursor) throw noProfile();
  return toPage(events, limit, (event) => event.id);
}

/** A `ConsentEvent`, of the events `e` and their evidence `d`. */
export function eventColumns(sql: Sql) {
  return sql`
    e.id, e.profile_id as "profileId", e.channel, e.from_opted_in as "from",
    e.to_opted_in as "to", (select opt_in from defaults where number = e.began_with) as began,
    e.source, e.at, coalesce(e.occurred_at, e.at) as "occurredAt", e.actor, e.reason, e.refusal,
    d.details as evidence, agreed_wording(e.actor) as wording`;
}
