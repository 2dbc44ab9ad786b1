// Sending: a message is taken, judged and queued in one statement; a batch is many at once.

import * as v from "valibot";
import { normaliseAddress } from "../addresses/normalise.ts";
import { type Sql, transaction } from "../database/connect.ts";
import { knownOutcome } from "../database/outcome.ts";
import { asProblem, Problem } from "../errors.ts";
import type { Channel } from "../schemas/channels.ts";
import {
  type BatchItem,
  type NewMessage,
  newMessage,
  type Refusal,
  type SentMessage,
} from "../schemas/messages.ts";

type Recipient = { profileId: string | null; phoneNumber: string | null; email: string | null };

type Addressed = Omit<NewMessage, "to"> & { to: Recipient };

const conflicts = ["two_profiles", "phoneNumber", "email"] as const;
type Conflict = (typeof conflicts)[number];

type Queued = {
  index: number;
  conflict: Conflict | null;
  messageId: string | null;
  channel: Channel | null;
  reasons: Partial<Record<Channel, Refusal>> | null;
};

const maxTogether = 500;

/**
 * What became of a message: queued on a channel, or kept as filtered with each channel's reason.
 */
export type Sending =
  | ({ queued: true } & SentMessage)
  | { queued: false; messageId: string; channels: Partial<Record<Channel, Refusal>> };

/**
 * Queues a message on the first of its channels on which it may go. Throws `invalid`,
 * `two_profiles`.
 */
export async function sendMessage(sql: Sql, message: NewMessage): Promise<Sending> {
  const [sent] = await queue(sql, [{ ...message, to: normaliseRecipient(message.to) }]);
  return toSending(sent as Queued);
}

/**
 * What a call is answered whose message went nowhere: an opt-in is missing, or, where none was
 * asked for, a way to reach the person.
 */
export function whyNotSent(
  { requireOptIn }: NewMessage,
  { channels }: Sending & { queued: false },
): Problem {
  return requireOptIn
    ? new Problem(
        "opt_in_required",
        "The person is opted in on none of these channels. Nothing was sent.",
        { channels },
      )
    : new Problem(
        "not_reachable",
        "The person cannot be reached on any of these channels. Nothing was sent.",
        { channels },
      );
}

/**
 * Queues many messages in one transaction. Each is checked by itself: an invalid one gets its own
 * error and stops no other.
 */
export async function sendBatch(sql: Sql, items: unknown[]): Promise<BatchItem[]> {
  const answers: BatchItem[] = [];
  const good: (Addressed & { index: number })[] = [];
  for (const [index, item] of items.entries()) {
    try {
      const message = check(item);
      good.push({ ...message, to: normaliseRecipient(message.to), index });
    } catch (error) {
      answers.push({ index, problem: problemOf(error) });
    }
  }
  for (const queued of await queueAll(sql, good)) {
    const { index } = good[queued.index] as { index: number };
    try {
      const sending = toSending(queued);
      answers.push(
        sending.queued
          ? {
              index,
              messageId: sending.messageId,
              status: sending.status,
              channel: sending.channel,
            }
          : {
              index,
              messageId: sending.messageId,
              status: "filtered",
              channel: null,
              channels: sending.channels,
            },
      );
    } catch (error) {
      answers.push({ index, problem: problemOf(error) });
    }
  }
  return answers.sort((a, b) => a.index - b.index);
}

/**
 * Queues in one transaction and, where there are many, in several statements: what a statement is
 * given is held in memory three times.
 */
async function queueAll(sql: Sql, messages: Addressed[]): Promise<Queued[]> {
  if (messages.length <= maxTogether) return queue(sql, messages);
  return transaction(sql, async (tx) => {
    const all: Queued[] = [];
    const order = await inOrder(tx, messages);
    for (let start = 0; start < order.length; start += maxTogether) {
      const some = order.slice(start, start + maxTogether);
      const queued = await queue(
        tx,
        some.map((index) => messages[index] as Addressed),
      );
      all.push(...queued.map((one) => ({ ...one, index: some[one.index] as number })));
    }
    return all;
  });
}

/** The messages' places in the list, in the order in which `queue` takes their recipients. */
async function inOrder(sql: Sql, messages: Addressed[]): Promise<number[]> {
  const rows = messages.map(({ to }, index) => ({ index, ...to }));
  const order = await sql<{ index: number }[]>`
    select item.index
    from jsonb_to_recordset(${sql.json(rows)}) as item (
      index int, "profileId" text, "phoneNumber" text, email text
    )
    order by ${byRecipient(sql)}, item.index`;
  return order.map(({ index }) => index);
}

function byRecipient(sql: Sql) {
  return sql`coalesce(
      (select id from profiles where id = item."profileId"),
      (select id from profiles where phone_number = item."phoneNumber"),
      (select id from profiles where lower(email) = lower(item.email))
    ), "phoneNumber", email, "profileId"`;
}

/**
 * Recipients are found in the order of their ids, as everyone takes them, and then made in the
 * order of their addresses: so that there is no deadlock.
 */
async function queue(sql: Sql, messages: Addressed[]): Promise<Queued[]> {
  if (messages.length === 0) return [];
  const rows = messages.map(
    ({ to, rules, requireOptIn, title, body, customBody, metadata, expiresOn }, index) => ({
      index,
      ...to,
      rules,
      requireOptIn,
      title,
      body,
      customBody,
      metadata,
      expiresOn,
    }),
  );
  return sql<Queued[]>`
    select item.index, r.conflict, m.message_id as "messageId", m.chosen as channel, m.reasons
    from (
      select * from jsonb_to_recordset(${sql.json(rows as never)}) as item (
        index int, "profileId" text, "phoneNumber" text, email text, rules jsonb,
        "requireOptIn" boolean, title text, body text, "customBody" jsonb, metadata jsonb,
        "expiresOn" timestamptz
      )
      order by ${byRecipient(sql)}
    ) item
    cross join lateral find_or_create_recipient(item."profileId", item."phoneNumber", item.email) r
    cross join lateral send_message(
      p_profile_id => r.recipient, p_rules => item.rules, p_require_opt_in => item."requireOptIn",
      p_title => item.title, p_body => item.body, p_custom_body => item."customBody",
      p_metadata => item.metadata, p_expires_on => item."expiresOn"
    ) m`;
}

function toSending({ conflict, messageId, channel, reasons }: Queued): Sending {
  if (conflict !== null) {
    throw knownOutcome(conflict, conflicts) === "two_profiles"
      ? new Problem("two_profiles", "What `to` names belongs to different profiles. Name one.")
      : new Problem(
          "two_profiles",
          "`to` names an address that the profile does not have, and sending changes no profile. " +
            "Leave the address out, or change the profile first.",
          { issues: [{ path: `to.${conflict}`, message: "The profile does not have this." }] },
        );
  }
  if (channel === null)
    return { queued: false, messageId: messageId as string, channels: reasons ?? {} };
  return { queued: true, messageId: messageId as string, status: "processing", channel };
}

function normaliseRecipient(to: NewMessage["to"]): Recipient {
  const { profileId = null, phoneNumber, email } = to;
  return {
    profileId,
    phoneNumber:
      phoneNumber === undefined
        ? null
        : normaliseAddress("phoneNumber", phoneNumber, { path: "to.phoneNumber" }),
    email: email === undefined ? null : normaliseAddress("email", email, { path: "to.email" }),
  };
}

function check(item: unknown): NewMessage {
  const result = v.safeParse(newMessage, item);
  if (result.success) return result.output;
  const issues = result.issues.map((issue) => ({
    path: v.getDotPath(issue) ?? "",
    message: issue.message,
  }));
  throw new Problem("invalid", "This message is not valid; issues says where.", { issues });
}

function problemOf(error: unknown): NonNullable<BatchItem["problem"]> {
  const problem = asProblem(error);
  if (problem.code === "internal") throw error;
  return {
    code: problem.code,
    detail: problem.message,
    ...(problem.issues ? { issues: problem.issues } : {}),
  };
}
