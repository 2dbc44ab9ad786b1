// May a message go out? The one decision, `why_not` in why_not.sql, asked by sends, previews,
// can-send and the dispatcher.

import { normaliseAddress } from "../addresses/normalise.ts";
import type { Sql } from "../database/connect.ts";
import { noProfile, Problem } from "../errors.ts";
import { type AddressKind, addressKinds, type Channel } from "../schemas/channels.ts";
import type { CanSend, CanSendAnswers, CanSendBody } from "../schemas/messages.ts";

/**
 * Whether a message that needs an opt-in may go out to a profile on a channel, and why: the flag,
 * the event that set it, and the wording that the person saw where a form did. Throws `not_found`.
 */
export async function canSend(
  sql: Sql,
  { profileId, channel }: { profileId: string; channel: Channel },
): Promise<CanSend> {
  const [answer] = await sql<CanSend[]>`
    select
      f.channel,
      why_not(true, f.opted_in, f.source, profile_address(p, c.address_kind)) is null as "canSend",
      why_not(true, f.opted_in, f.source, profile_address(p, c.address_kind)) as reason,
      json_build_object('optedIn', f.opted_in, 'source', f.source, 'since',
        ${isoTime(sql, sql`f.since`)}, 'asked', f.asked, 'actor', f.actor, 'event',
        f.event_id::text, 'reason', e.reason) as flag,
      agreed_wording(f.actor) as wording
    from profiles p
    join flags f on f.profile_id = p.id
    join channels c on c.channel = f.channel
    left join events e on e.profile_id = f.profile_id and e.id = f.event_id
    where p.id = ${profileId} and f.channel = ${channel}`;
  if (!answer) throw noProfile();
  return answer;
}

type Asked = { n: number; profileId?: string; address?: string };

/**
 * Whether a message that needs an opt-in may go out to each of up to 5,000 people on a channel, in
 * one statement. Whoever has no profile gets none; nor does an address that is none.
 */
export async function canSendToMany(
  sql: Sql,
  { channel, profileIds, addresses }: CanSendBody,
): Promise<CanSendAnswers> {
  const kind = addressKinds[channel];
  const asked: Asked[] = [
    ...profileIds.map((profileId) => ({ profileId })),
    ...addresses.map((address) => ({ address: normalOrNone(kind, address) })),
  ].map((person, n) => ({ n, ...person }) as Asked);
  const found = await sql<{ n: number; id: string | null; reason: Reason }[]>`
    select a.n, p.id, case
      when p.id is null then 'no_profile'
      else why_not(true, f.opted_in, f.source, profile_address(p, ${kind})) end as reason
    from (
      select n, case when "profileId" is not null then "profileId"
        when address is not null then profile_with(${kind}, address) end as id
      from jsonb_to_recordset(${sql.json(asked as never)})
        as asked (n int, "profileId" text, address text)
    ) a
    left join profiles p on p.id = a.id
    left join flags f on f.profile_id = p.id and f.channel = ${channel}
    order by a.n`;
  const items = found.map(({ n, id, reason }) => {
    const address = n < profileIds.length ? undefined : addresses[n - profileIds.length];
    const valid = address === undefined || asked[n]?.address !== undefined;
    return {
      profileId: id,
      ...(address === undefined ? {} : { address }),
      canSend: reason === null,
      reason: valid ? reason : "invalid_address",
    } as const;
  });
  return { items };
}

type Reason = CanSendAnswers["items"][number]["reason"];

/** Undefined for what is no address. */
function normalOrNone(kind: AddressKind, address: string): string | undefined {
  // As a number is stored: it needs no parsing.
  if (kind === "phoneNumber" && /^\+[1-9]\d{6,14}$/.test(address)) return address;
  try {
    return normaliseAddress(kind, address, { path: "addresses" });
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function isoTime(sql: Sql, time: ReturnType<Sql>) {
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
