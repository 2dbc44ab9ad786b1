// Two profiles never share an address: what to answer when a call would make them.

import { hasSpellings } from "../addresses/match-key.ts";
import type { Sql } from "../database/connect.ts";
import { type Issue, Problem } from "../errors.ts";
import { type Addresses, isSameAddress } from "./addresses.ts";

/** What would have to be unique about a profile. */
export type Unique = Partial<Addresses> & { id?: string };

type Holder = Addresses & { id: string };

/**
 * The problem that says which other profiles have this id or these addresses; `self` is the profile
 * being changed.
 */
export async function conflictProblem(sql: Sql, wanted: Unique, self?: string): Promise<Problem> {
  const holders = await sql<Holder[]>`
    select id, phone_number as "phoneNumber", email, fb_messenger_id as "fbMessengerId"
    from profiles
    where id is distinct from ${self ?? null} and (
      id = ${wanted.id ?? null}
      or phone_number = any (spellings('phoneNumber', ${wanted.phoneNumber ?? null}))
      or lower(email) = lower(${wanted.email ?? null})
        or fb_messenger_id = ${wanted.fbMessengerId ?? null}
    )
    order by id`;
  const issues = holders.flatMap((holder) => issuesWith(holder, wanted));
  if (holders.some((holder) => holder.id === wanted.id)) {
    return new Problem("id_in_use", "There is a profile with this id already.", { issues });
  }
  if (holders.length > 1) {
    return new Problem(
      "two_profiles",
      "These addresses belong to different profiles. Merge the profiles first, or name one address.",
      { issues },
    );
  }
  return new Problem("address_in_use", "This address belongs to another profile.", { issues });
}

/**
 * Refuses a number that another profile has in another spelling, which no index does. Throws as
 * `conflictProblem` says.
 */
export async function refuseOtherSpelling(sql: Sql, wanted: Unique, self?: string): Promise<void> {
  const { phoneNumber } = wanted;
  if (!phoneNumber || !hasSpellings(phoneNumber)) return;
  const [holder] = await sql`
    select from profiles
    where phone_number = any (spellings('phoneNumber', ${phoneNumber}))
      and id is distinct from ${self ?? null}`;
  if (holder) throw await conflictProblem(sql, wanted, self);
}

function issuesWith(holder: Holder, wanted: Unique): Issue[] {
  const same: [string, boolean][] = [
    ["id", holder.id === wanted.id],
    [
      "phoneNumber",
      holder.phoneNumber !== null &&
        isSameAddress("phoneNumber", holder.phoneNumber, wanted.phoneNumber ?? null),
    ],
    ["email", holder.email !== null && holder.email.toLowerCase() === wanted.email?.toLowerCase()],
    [
      "fbMessengerId",
      holder.fbMessengerId !== null && holder.fbMessengerId === wanted.fbMessengerId,
    ],
  ];
  return same
    .filter(([, taken]) => taken)
    .map(([path]) => ({ path, message: `Profile ${holder.id} has this.` }));
}
