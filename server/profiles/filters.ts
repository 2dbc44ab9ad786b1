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
    ...(asked ? [flagCondition(sql, filters)] : []),
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
function flagCondition(sql: Sql, filters: ProfileFilters): Condition {
  const { channel, state, source, since } = filters;
  const states = {
    in: sql`and f.opted_in`,
    out: sql`and f.asked and not f.opted_in`,
    neverAsked: sql`and not f.asked`,
  };
  const exact = sql`exists (
    select from flags f where f.profile_id = p.id
    ${channel ? sql`and f.channel = ${channel}` : sql``}
    ${state ? states[state] : sql``}
    ${source ? sql`and f.source = ${source}` : sql``}
    ${since ? sql`and f.since >= ${since}::text::timestamptz` : sql``})`;
  return { likely: likelyFlag(sql, filters) ?? exact, fits: () => exact };
}

/**
 * Whoever may have such a flag, by the rows of `asked_flags` alone: to read these once takes far
 * less than to put together the flags of everybody. Undefined where a default may have set it.
 */
function likelyFlag(sql: Sql, { channel, state, source }: ProfileFilters): Fragment | undefined {
  const ofChannel = channel ? sql`and a.channel = ${channel}` : sql``;
  if (state === "out" || (source !== undefined && source !== "default")) {
    return sql`p.id in (
      select a.profile_id from asked_flags a where a.source <> 'default' ${ofChannel}
        ${state ? sql`and a.opted_in = ${state === "in"}` : sql``}
        ${source ? sql`and a.source = ${source}` : sql``})`;
  }
  if (state !== "in") return undefined;
  return sql`p.id in (
    select a.profile_id from asked_flags a where a.opted_in ${ofChannel}
    union all
    select b.id from profiles b join defaults d on d.number = b.began_with
    where exists (select from jsonb_each(d.opt_in) o where o.value = 'true'
      ${channel ? sql`and o.key = ${channel}` : sql``}))`;
}

function always(condition: Fragment): Condition {
  return { likely: condition, fits: () => condition };
}
