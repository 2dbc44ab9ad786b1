// The address of a mail's List-Unsubscribe: a mail to it opts out whom the message was for. It
// never expires, and outlives every SECRET.

import { createHmac } from "node:crypto";
import { isSameText } from "./seals.ts";

/** The address for one message, below `inbound`: `hello+unsubscribe-4rq-...@in.example.com`. */
export function unsubscribeAddress(key: string, inbound: string, messageId: string): string {
  const at = inbound.lastIndexOf("@");
  const id = BigInt(messageId).toString(36);
  return `${inbound.slice(0, at)}+u-${id}-${sealOf(key, id)}${inbound.slice(at)}`;
}

const sealed = /\+u-([0-9a-z]{1,13})-([0-9a-f]{20})(?=@)/i;

/** Whether an address looks like one of ours; `readUnsubscribeAddress` says whether it is. */
export function isUnsubscribeAddress(address: string): boolean {
  return sealed.test(address);
}

/** The address without what was sealed into it, as it is known otherwise. */
export function plainAddress(address: string): string {
  return address.replace(sealed, "");
}

/** The message that an address is for; undefined where we have not sealed it. */
export function readUnsubscribeAddress(key: string, address: string): string | undefined {
  const [, id = "", seal = ""] = sealed.exec(address.toLowerCase()) ?? [];
  return isSameText(sealOf(key, id), seal)
    ? [...id].reduce((sum, one) => sum * 36n + BigInt(Number.parseInt(one, 36)), 0n).toString()
    : undefined;
}

/** In hexadecimal, since servers on the way may change the case of an address. */
function sealOf(key: string, id: string): string {
  return createHmac("sha256", key).update(`unsubscribe by mail\n${id}`).digest("hex").slice(0, 20);
}
