// What the webhooks of all providers have in common. Each trusts a request by its signature alone,
// and is off until its secret is set.

import type { Context } from "hono";
import { Problem } from "../../errors.ts";
import type { AppEnv } from "../../http/services.ts";
import { type InboundMessage, receiveMessage } from "../../inbounds/receive.ts";

/** Takes a provider's message, and lets its reply go out. */
export async function receive(c: Context<AppEnv>, message: InboundMessage): Promise<void> {
  const { inbound } = await receiveMessage(c.var.sql, message);
  if (inbound.reply !== null) c.var.services.poke();
}

const atOnce = 8;

/**
 * Takes the messages of one call: each sender's in their order, because a STOP and a START of one
 * person may come together, and several senders' at once.
 */
export async function receiveAll(
  c: Context<AppEnv>,
  messages: readonly InboundMessage[],
): Promise<void> {
  const bySender = new Map<string, InboundMessage[]>();
  for (const message of messages) {
    const theirs = bySender.get(message.from);
    if (theirs) theirs.push(message);
    else bySender.set(message.from, [message]);
  }
  const waiting = bySender.values();
  const work = async () => {
    // Shared by all: each takes the next sender.
    for (const theirs of waiting) for (const message of theirs) await receive(c, message);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** The secret of a webhook. Throws `not_configured`, naming its variable. */
export function configured(secret: string | undefined, variable: string): string {
  if (secret !== undefined) return secret;
  throw new Problem("not_configured", `This webhook is off: set ${variable} to turn it on.`);
}

/** The problem of a request that the provider did not sign. */
export function badSignature(provider: string): Problem {
  return new Problem(
    "bad_signature",
    `This is not signed by ${provider} for this address. Check the secret, and that PUBLIC_URL is what ${provider} calls.`,
  );
}
