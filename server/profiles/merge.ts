// Joining two profiles of one person, on purpose.

import { type Sql, transaction } from "../database/connect.ts";
import { invalid, noProfile, Problem } from "../errors.ts";
import type { Caller } from "../flags/flags.ts";
import { addressKinds, type Channel } from "../schemas/channels.ts";
import type { Source } from "../schemas/flags.ts";
import type { Profile } from "../schemas/profiles.ts";
import { type Addresses, isSameAddress } from "./addresses.ts";
import { deleteProfile } from "./delete.ts";
import { readProfile } from "./read.ts";

type Joining = Addresses & { id: string; properties: Record<string, unknown> };
type JoiningFlag = {
  profileId: string;
  channel: Channel;
  optedIn: boolean;
  source: Source;
  actor: Caller["actor"];
  /** See `flag_weight`. */
  weight: number;
  /** When the person acted. */
  actedAt: string;
};

/**
 * Moves the addresses and properties of profile `from` to profile `id`, which wins where both have
 * a property, and deletes `from`, whose links from now on open `id`. On each channel the weightier
 * flag wins (`flag_weight`): any opt-out before an opt-in, that before the default of `id`. An
 * opt-in of one that had no address there is none for the address of the other, whose flag then
 * wins. Where the flag of `from` wins, the event names `from` and what had set its flag. Throws
 * `not_found`, `invalid`, `too_large`, and `two_profiles` where both have an address of the same
 * kind, and not two spellings of one.
 */
export async function mergeProfiles(
  sql: Sql,
  {
    id,
    from,
    reason,
    caller,
  }: { id: string; from: string; reason?: string | undefined; caller: Caller },
): Promise<Profile> {
  if (id === from) throw invalid("from", "A profile cannot be merged with itself.");
  return transaction(sql, async (tx) => {
    const { kept, gone } = await lockBoth(tx, id, from);
    const addresses = joinAddresses(kept, gone);
    const taken = await flagsToTake(tx, kept, gone);
    await tx`
      update profiles set phone_number = null, email = null, fb_messenger_id = null
      where id = ${from}`;
    await tx`update messages set profile_id = ${id} where profile_id = ${from}`;
    await tx`update inbounds set profile_id = ${id} where profile_id = ${from}`;
    await tx`
      update merged_profiles set profile_id = ${id}, merged_at = now() where profile_id = ${from}`;
    await tx`
      insert into merged_profiles (id, profile_id) values (${from}, ${id})
      on conflict (id) do update set profile_id = excluded.profile_id,
        merged_at = excluded.merged_at`;
    const whatsAppId = await tx<{ id: string | null }[]>`
      select whats_app_id as id from profiles where id = ${from}`;
    await deleteProfile(tx, from);
    await tx`
      update profiles set phone_number = ${addresses.phoneNumber}, email = ${addresses.email},
        fb_messenger_id = ${addresses.fbMessengerId},
        properties = ${tx.json({ ...gone.properties, ...kept.properties } as never)},
        whats_app_id = coalesce(whats_app_id, ${whatsAppId[0]?.id ?? null}),
        updated_at = now()
      where id = ${id}`;
    for (const flag of taken) {
      const source = flag.weight >= ownOptOut ? flag.source : caller.source;
      const actor = { ...flag.actor, ...caller.actor, merged: from };
      const why = reason ?? `Merged with profile ${from}.`;
      await tx`
        select set_flag(
          p_profile_id => ${id}, p_channel => ${flag.channel}, p_opted_in => ${flag.optedIn},
          p_source => ${source}, p_actor => ${tx.json(actor)}, p_reason => ${why},
          p_follows => true, p_occurred_at => ${flag.actedAt})`;
    }
    return readProfile(tx, id);
  });
}

async function lockBoth(
  tx: Sql,
  id: string,
  from: string,
): Promise<{ kept: Joining; gone: Joining }> {
  const profiles = await tx<Joining[]>`
    select id, phone_number as "phoneNumber", email, fb_messenger_id as "fbMessengerId", properties
    from profiles where id in (${id}, ${from}) order by id for update`;
  const kept = profiles.find((profile) => profile.id === id);
  const gone = profiles.find((profile) => profile.id === from);
  if (!kept) throw noProfile();
  if (!gone) throw invalid("from", noProfile().message);
  return { kept, gone };
}

function joinAddresses(kept: Joining, gone: Joining): Addresses {
  const join = (kind: keyof Addresses) => {
    const isOne = isSameAddress(kind, kept[kind], gone[kind]);
    if (kept[kind] !== null && gone[kind] !== null && !isOne) {
      const message = "Both profiles have one; remove it from one of them first.";
      throw new Problem("two_profiles", "Both profiles have an address of the same kind.", {
        issues: [{ path: kind, message }],
      });
    }
    return kept[kind] ?? gone[kind];
  };
  return {
    phoneNumber: join("phoneNumber"),
    email: join("email"),
    fbMessengerId: join("fbMessengerId"),
  };
}

/** The flags of `from` that win over those of `id`; both are locked. */
async function flagsToTake(tx: Sql, kept: Joining, gone: Joining): Promise<JoiningFlag[]> {
  const flags = await tx<JoiningFlag[]>`
    select profile_id as "profileId", channel, opted_in as "optedIn", source, actor,
      flag_weight(opted_in, source) as weight,
      iso_time(acted_at(profile_id, event_id, since)) as "actedAt"
    from flags where profile_id in (${kept.id}, ${gone.id})`;
  return flags.filter((flag) => {
    // The id is left behind, and what was stopped for it.
    if (flag.weight >= byAddress && addressKinds[flag.channel] === "profileId") return false;
    const own = flags.find(
      ({ profileId, channel }) => profileId === kept.id && channel === flag.channel,
    );
    return (
      flag.profileId === gone.id &&
      own !== undefined &&
      weightIn(flag, gone, kept) > weightIn(own, kept, gone)
    );
  });
}

/** An opt-in of whoever had no address there is none for the other's address. */
function weightIn(flag: JoiningFlag, of: Joining, other: Joining): number {
  const kind = addressKinds[flag.channel];
  const isLate = kind !== "profileId" && of[kind] === null && other[kind] !== null;
  return flag.weight === optIn && isLate ? -1 : flag.weight;
}

/** Weights of `flag_weight`: an opt-in, an opt-out that the person made, one of the address. */
const [optIn, ownOptOut, byAddress] = [1, 3, 4];
