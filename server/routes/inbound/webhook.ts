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
