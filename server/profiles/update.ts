// Changing a profile. An address that changes hands carries no consent with it.

import { isUniqueViolation, type Sql, transaction } from "../database/connect.ts";
import { noProfile, Problem } from "../errors.ts";
import { type Caller, setFlag } from "../flags/flags.ts";
import { addressKinds, type Channel } from "../schemas/channels.ts";
import type { Source } from "../schemas/flags.ts";
import type { Profile, ProfilePatch } from "../schemas/profiles.ts";
import { type Addresses, isSameAddress, normaliseAddresses } from "./addresses.ts";
import { conflictProblem, refuseOtherSpelling } from "./conflicts.ts";
import { mergePatch } from "./merge-patch.ts";

/**
 * Applies a JSON merge patch to a profile, in one transaction. An address that is added, changed or
 * removed opts its channels out unless the same call says otherwise; then `keptOut` names the
 * channels that stay out against the call. Throws `not_found`, `invalid`, `too_large`,
 * `address_in_use`, `two_profiles`; and `person_opted_out`, after which nothing is changed, except
 * that what the call opts out is out.
 */
export async function updateProfile(
  sql: Sql,
  { id, patch, caller }: { id: string; patch: ProfilePatch; caller: Caller },
): Promise<Profile> {
  const wanted = normaliseAddresses(patch);
  try {
    return await transaction(sql, async (tx) => {
      const before = await lockProfile(tx, id);
      const after = { ...before, ...wanted };
      const changed = (Object.keys(wanted) as (keyof Addresses)[]).filter(
        (kind) => !isSameAddress(kind, before[kind], after[kind]),
      );
      if (changed.includes("phoneNumber")) await refuseOtherSpelling(tx, wanted, id);
      if (changed.length > 0) await tx`select keep_opt_outs(${id}, ${tx.json(changed)})`;
      const properties =
        patch.properties === undefined
          ? before.properties
          : mergePatch(before.properties, patch.properties);
      await tx`
        update profiles set phone_number = ${after.phoneNumber}, email = ${after.email},
          fb_messenger_id = ${after.fbMessengerId},
          properties = ${tx.json((properties ?? {}) as never)}, updated_at = now()
        where id = ${id}`;
      await optOutOf(tx, { id, before, after, changed, caller });
      if (changed.length > 0) await tx`select apply_kept_opt_outs(${id}, ${tx.json(caller.actor)})`;
      return setFlag(tx, {
        profileId: id,
        optIn: patch.optIn,
        caller,
        reason: patch.reason,
        evidence: patch.evidence,
        lenient: changed.length > 0,
      });
    });
  } catch (error) {
    if (error instanceof Problem && error.code === "person_opted_out") {
      const outs = Object.fromEntries(Object.entries(patch.optIn).filter(([, wish]) => !wish));
      await setFlag(sql, { profileId: id, optIn: outs, caller, reason: patch.reason });
    }
    throw isUniqueViolation(error) ? await conflictProblem(sql, wanted, id) : error;
  }
}

const addedLater = "The address was added after the opt-in.";

/** `byAddress`: what was stopped for the address, whoever has it. */
type LockedFlag = { channel: Channel; optedIn: boolean; source: Source; byAddress: boolean };

/**
 * A profile and its flags, locked. Whoever sets a flag by an address, such as a form, waits for
 * this and then looks again whose the address is.
 */
async function lockProfile(
  tx: Sql,
  id: string,
): Promise<Addresses & { properties: unknown; flags: LockedFlag[] }> {
  const [profile] = await tx<(Addresses & { properties: unknown })[]>`
    select phone_number as "phoneNumber", email, fb_messenger_id as "fbMessengerId", properties
    from profiles where id = ${id} for update`;
  if (!profile) throw noProfile();
  const flags = await tx<LockedFlag[]>`
    select channel, opted_in as "optedIn", source,
      flag_weight(opted_in, source) >= 4 as "byAddress"
    from flags where profile_id = ${id}`;
  return { ...profile, flags };
}

/**
 * Opts out of the channels of the addresses that changed, as nobody opted in at the new ones. What
 * a carrier stopped, or a person's wish to be forgotten, was stopped for the old address alone.
 * Where there was no address before, what is in by default stays: that asks for nobody's consent.
 */
async function optOutOf(
  tx: Sql,
  {
    id,
    before,
    after,
    changed,
    caller,
  }: {
    id: string;
    before: Addresses & { flags: LockedFlag[] };
    after: Addresses;
    changed: (keyof Addresses)[];
    caller: Caller;
  },
): Promise<void> {
  const out = before.flags.flatMap(({ channel, optedIn, source, byAddress }) => {
    const kind = changed.find((kind) => kind === addressKinds[channel]);
    if (!kind) return [];
    if (before[kind] === null) {
      return optedIn && source !== "default" ? [{ channel, reason: addedLater }] : [];
    }
    if (!optedIn && !byAddress) return [];
    const reason = after[kind] === null ? "The address was removed." : "The address changed hands.";
    return [{ channel, reason }];
  });
  if (out.length === 0) return;
  await tx`
    select set_flag(
      p_profile_id => ${id}, p_channel => channel, p_opted_in => false,
      p_source => ${caller.source}, p_actor => ${tx.json(caller.actor)}, p_reason => reason,
      p_follows => true, p_replaces => true, p_twins => false)
    from jsonb_to_recordset(${tx.json(out)}) as out (channel text, reason text)`;
}
