// The audience of a broadcast, computed as a set by PostgreSQL; never a loop over profiles.

import Papa from "papaparse";
import { addressKinds } from "../addresses/channels.ts";
import { normaliseAddress } from "../addresses/normalise.ts";
import type { Sql } from "../database/connect.ts";
import { invalid } from "../errors.ts";
import type { Audience } from "../schemas/broadcasts.ts";
import type { Channel } from "../schemas/channels.ts";

type Entry = { given: string; kind: "profileId" | "phoneNumber" | "email"; value: string };

/**
 * Everyone of the audience as rows `(given, profile_id, reason)`: what a list said, whose it is,
 * and why that person will not get the broadcast, null where they will. Throws `invalid`.
 */
export function judgedAudience(
  sql: Sql,
  { channel, audience }: { channel: Channel; audience: Audience },
) {
  return sql`
    select target.given, target.profile_id, case
      when target.profile_id is null then 'unknown'
      when target.duplicate then 'duplicate'
      else why_not(true, f.opted_in, f.source, profile_address(p, ${addressKinds[channel]}))
    end as reason
    from (${targets(sql, audience)}) target
    left join profiles p on p.id = target.profile_id
    left join flags f on f.profile_id = target.profile_id and f.channel = ${channel}`;
}

function targets(sql: Sql, audience: Audience) {
  if ("everyone" in audience)
    return sql`select id as given, id as profile_id, false as duplicate from profiles`;
  if ("property" in audience) {
    const wanted = sql.json({ [audience.property]: audience.equals } as never);
    return sql`select id as given, id as profile_id, false as duplicate from profiles
      where properties @> ${wanted}
        and properties -> ${audience.property} = ${wanted} -> ${audience.property}`;
  }
  return sql`
    select list.given, q.id as profile_id,
      row_number() over (partition by q.id order by list.position) > 1 as duplicate
    from jsonb_to_recordset(${sql.json(entriesOf(audience))}) as list (position int, given text,
      kind text, value text)
    left join profiles q on (list.kind = 'profileId' and q.id = list.value)
      or (list.kind = 'phoneNumber' and q.phone_number = list.value)
      or (list.kind = 'email' and lower(q.email) = lower(list.value))`;
}

function entriesOf(audience: Audience): (Entry & { position: number })[] {
  let entries: Entry[] = [];
  if ("profileIds" in audience)
    entries = audience.profileIds.map((id) => ({ given: id, kind: "profileId", value: id }));
  if ("addresses" in audience) entries = audience.addresses.map((address) => entryOf(address));
  if ("csv" in audience) entries = entriesOfCsv(audience.csv);
  return entries.map((entry, position) => ({ ...entry, position }));
}

/** What is not a valid address belongs to nobody. */
function entryOf(given: string): Entry {
  const kind = given.includes("@") ? "email" : "phoneNumber";
  try {
    return { given, kind, value: normaliseAddress(kind, given, { path: "audience" }) };
  } catch {
    return { given, kind, value: "" };
  }
}

function entriesOfCsv(csv: string): Entry[] {
  const { data, meta } = Papa.parse<Record<string, string>>(csv.trim(), {
    header: true,
    skipEmptyLines: "greedy",
  });
  const columns = ["profileId", "phoneNumber", "email"] as const;
  const column = columns.find((name) => meta.fields?.includes(name));
  if (!column)
    throw invalid(
      "audience.csv",
      "The first line must name a column profileId, phoneNumber or email.",
    );
  return data.map((row) => {
    const given = (row[column] ?? "").trim();
    return column === "profileId" ? { given, kind: column, value: given } : entryOf(given);
  });
}
