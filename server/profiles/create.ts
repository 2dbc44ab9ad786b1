// Making a profile: its flags begin with the defaults, then as the call says.

import { type Sql, transaction } from "../database/connect.ts";
import { type Caller, setFlag } from "../flags/flags.ts";
import { newId } from "../ids.ts";
import type { NewProfile, Profile } from "../schemas/profiles.ts";
import { normaliseAddresses } from "./addresses.ts";
import { conflictProblem, refuseOtherSpelling } from "./conflicts.ts";

/**
 * Makes a profile; where its address had opted out before, `keptOut` names the channels that stay
 * out against the call. Throws `invalid`, `id_in_use`, `address_in_use`, `two_profiles`.
 */
export async function createProfile(
  sql: Sql,
  { profile, caller }: { profile: NewProfile; caller: Caller },
): Promise<Profile> {
  const wanted = { id: profile.id ?? newId(), ...normaliseAddresses(profile) };
  return transaction(sql, async (tx) => {
    await refuseOtherSpelling(tx, wanted);
    const person = { ...wanted, properties: profile.properties };
    const made = await tx`select from make_profiles(${tx.json([person] as never)})`;
    if (made.length === 0) throw await conflictProblem(tx, wanted);
    const { optIn, reason, evidence } = profile;
    return setFlag(tx, { profileId: wanted.id, optIn, caller, reason, evidence, lenient: true });
  });
}
