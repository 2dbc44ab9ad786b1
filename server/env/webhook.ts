// The environment variables of the transport by webhooks.

import { httpAddress, trueOrFalse } from "./parse.ts";
import type { Partly, Read } from "./read.ts";

export type WebhookSettings = {
  url: string;
  /** The bytes of the secret. */
  secret: Buffer;
  allowPrivate: boolean;
};

/** Reads them all. */
export function readWebhook(read: Read): Partly<WebhookSettings> {
  const url = read("WEBHOOK_URL", httpAddress, "an https or http address");
  const secret = read("WEBHOOK_SECRET", webhookSecret, "whsec_ and 24 to 64 bytes in base64");
  const allowPrivate = read("WEBHOOK_ALLOW_PRIVATE", trueOrFalse, "true or false") ?? false;
  return {
    settings: { url: url as string, secret: secret as Buffer, allowPrivate },
    needed: { WEBHOOK_URL: url, WEBHOOK_SECRET: secret },
  };
}

function webhookSecret(text: string): Buffer | undefined {
  const secret = Buffer.from(/^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? "", "base64");
  return secret.length >= 24 && secret.length <= 64 ? secret : undefined;
}
