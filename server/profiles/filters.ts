// Which people a list shows: by a flag, a property or an address that they have.

import type { Sql } from "../database/connect.ts";
import type { AddressKind } from "../schemas/channels.ts";
import type { ProfileFilters } from "../schemas/profiles.ts";
import { type Condition, type Fragment, propertyCondition } from "./search.ts";

/** The conditions on profiles `p` for the filters that are set. */
export function filterConditions(sql: Sql, filters: ProfileFilters): Condition[] {
  const { channel, state, source, since, property, has } = filters;
  const asked = [channel, state, source, since].some((filter) => filter !== undefined);
  const [, name = "", value = ""] = /^([^:]+):?(.*)$/su.exec(property ?? "") ?? [];
  return [
    ...(asked ? [always(flagCondition(sql, filters))] : []),
    ...(property === undefined ? [] : [propertyCondition(sql, { name, value })]),
    ...(has === undefined ? [] : [always(sql`${columns(sql)[has]} is not null`)]),
  ];
}

const columns = (sql: Sql) =>
  ({
    phoneNumber: sql`p.phone_number`,
    email: sql`p.email`,
    fbMessengerId: sql`p.fb_messenger_id`,
    profileId: sql`p.id`,
  }) satisfies Record<AddressKind, Fragment>;

/** One flag that is all that is asked for. */
function flagCondition(sql: Sql, { channel, state, source, since }: ProfileFilters): Fragment {
  const states = {
    in: sql`and f.opted_in`,
    out: sql`and f.asked and not f.opted_in`,
    neverAsked: sql`and not f.asked`,
  };
  return sql`exists (
    select from flags f where f.profile_id = p.id
    ${channel ? sql`and f.channel = ${channel}` : sql``}
    ${state ? states[state] : sql``}
    ${source ? sql`and f.source = ${source}` : sql``}
    ${since ? sql`and f.since >= ${since}::text::timestamptz` : sql``})`;
}

function always(condition: Fragment): Condition {
  return { likely: condition, fits: () => condition };
}
